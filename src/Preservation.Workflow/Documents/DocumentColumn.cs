namespace Preservation.Workflow.Documents;

/// <summary>A column of a table.</summary>
/// <param name="Title">What stands above it, on every page.</param>
/// <param name="Weight">How wide it is compared with the others.</param>
/// <param name="IsNumber">Figures are set to the right.</param>
public sealed record DocumentColumn(string Title, double Weight, bool IsNumber = false);
