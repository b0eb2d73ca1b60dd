namespace Preservation.Core;

/// <summary>
/// Bounds on what a package may cost to look at. Every parser of foreign bytes takes them; passing one is a finding
/// <c>LIMIT-…</c>, never an exception.
/// </summary>
public sealed record Limits
{
    /// <summary>The bounds of an ordinary deployment.</summary>
    public static Limits Default { get; } = new();

    /// <summary>Entries in one package, folders included.</summary>
    public int MaxEntries { get; init; } = 2_000_000;

    /// <summary>Content bytes of one package, unpacked.</summary>
    public long MaxTotalBytes { get; init; } = 2L << 40;

    /// <summary>Unpacked bytes for each packed byte of one archive entry larger than <see cref="RatioFromBytes"/>.</summary>
    public int MaxCompressionRatio { get; init; } = 200;

    /// <summary>Entries that unpack to less than this are never judged by their ratio.</summary>
    public long RatioFromBytes { get; init; } = 1 << 20;

    /// <summary>Folders above one file.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Characters of one path.</summary>
    public int MaxPathLength { get; init; } = 1_024;

    /// <summary>Bytes of one metadata file that is read whole or parsed (a METS of a million files has about 500 MB).</summary>
    public long MaxMetadataBytes { get; init; } = 1L << 30;

    /// <summary>Characters of one line of a text file that is read line by line.</summary>
    public int MaxLineLength { get; init; } = 1 << 20;

    /// <summary>Findings kept of one rule; the rest is counted in one more finding.</summary>
    public int MaxFindingsPerRule { get; init; } = 1_000;

    /// <summary>Rows of one list of documents (a worksheet or CSV), which are held in memory.</summary>
    public int MaxListRows { get; init; } = 50_000;

    /// <summary>Columns of one list of documents.</summary>
    public int MaxListColumns { get; init; } = 256;

    /// <summary>Characters of one list of documents, and of each part of a workbook.</summary>
    public long MaxListCharacters { get; init; } = 256L << 20;

    /// <summary>Depth of XML elements and of JSON values.</summary>
    public int MaxMarkupDepth { get; init; } = 100;
}
