namespace Preservation.Workflow.Fixity;

/// <summary>What came of a repair.</summary>
/// <param name="RepairedFrom">The store whose copy was used; null when the key is still bad.</param>
/// <param name="QuarantineKey">Where the bad bytes lie now, in their own store.</param>
/// <param name="Problem">Why the key is still bad.</param>
public sealed record RepairResult(string? RepairedFrom, string? QuarantineKey, string? Problem);
