namespace Preservation.Evidence;

/// <summary>Bounds on what one evidence record may cost. Passing one is a finding <c>ER-LIMIT</c>, and the record is refused.</summary>
public sealed record EvidenceLimits
{
    /// <summary>The bounds of an ordinary deployment.</summary>
    public static EvidenceLimits Default { get; } = new();

    /// <summary>Bytes of one record.</summary>
    public int MaxRecordBytes { get; init; } = 64 << 20;

    /// <summary>Values of all hash trees of one record (a path in a tree over a million objects has about 20).</summary>
    public int MaxNodes { get; init; } = 200_000;

    /// <summary>Archive time-stamps of one record; a century with a renewal every year has a hundred.</summary>
    public int MaxTimeStamps { get; init; } = 1_000;

    /// <summary>Evidence records of one container or signature.</summary>
    public int MaxRecords { get; init; } = 100;

    /// <summary>Nested values of BER that is written again as DER.</summary>
    public int MaxEncodingDepth { get; init; } = 64;
}
