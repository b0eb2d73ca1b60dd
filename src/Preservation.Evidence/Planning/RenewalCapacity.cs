namespace Preservation.Evidence.Planning;

/// <summary>What an archive can do in a day.</summary>
public sealed record RenewalCapacity
{
    /// <summary>Time-stamps that may be asked for in a day, of all authorities.</summary>
    public long TokensPerDay { get; init; } = 1_000;

    /// <summary>Bytes that are read again in a day for hash-tree renewals.</summary>
    public long BytesPerDay { get; init; } = 1L << 40;

    /// <summary>Leaves of one tree.</summary>
    public long LeavesPerTree { get; init; } = 1_000_000;

    /// <summary>Tokens over one root, of independent authorities.</summary>
    public int TokensPerTree { get; init; } = 1;
}
