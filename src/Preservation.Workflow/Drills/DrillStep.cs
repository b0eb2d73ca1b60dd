namespace Preservation.Workflow.Drills;

/// <summary>One thing a drill looked at.</summary>
/// <param name="Name">restore, inventory, ocfl, catalogue, package, evidence or receipts.</param>
/// <param name="Passed">Is it as it must be?</param>
/// <param name="Detail">How much was looked at, or what is wrong; quotes no content.</param>
public sealed record DrillStep(string Name, bool Passed, string Detail);
