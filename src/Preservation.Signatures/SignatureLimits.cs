namespace Preservation.Signatures;

/// <summary>Bounds on what one signed file may cost. Passing one is a finding <c>SIG-LIMIT</c>, and the outcome is never INTACT.</summary>
public sealed record SignatureLimits
{
    /// <summary>The bounds of an ordinary deployment.</summary>
    public static SignatureLimits Default { get; } = new();

    /// <summary>Bytes of one CMS structure, content included when it is attached. Detached content has no bound.</summary>
    public int MaxCmsBytes { get; init; } = 64 << 20;

    /// <summary>Signatures, counter-signatures and time-stamps of one file.</summary>
    public int MaxSignatures { get; init; } = 500;

    /// <summary>Certificates and revocation lists taken from one signature.</summary>
    public int MaxCertificates { get; init; } = 500;

    /// <summary>Certificates of one path, anchor included.</summary>
    public int MaxPathLength { get; init; } = 10;

    /// <summary>Signatures of certificates, revocation lists and OCSP responses checked for one verdict about a path.</summary>
    public int MaxPathChecks { get; init; } = 200;

    /// <summary>Tokens of one PDF object looked at before the next is sought.</summary>
    public int MaxPdfTokens { get; init; } = 20_000;

    /// <summary>Tokens of one PDF object that is read as a value; a larger one is not read.</summary>
    public int MaxPdfObjectTokens { get; init; } = 500_000;

    /// <summary>Entries of all cross-reference sections of one PDF.</summary>
    public int MaxPdfObjects { get; init; } = 4_000_000;

    /// <summary>Cross-reference sections of one PDF.</summary>
    public int MaxPdfRevisions { get; init; } = 2_000;

    /// <summary>Decoded bytes of one PDF stream that holds structure or validation material.</summary>
    public int MaxPdfStreamBytes { get; init; } = 64 << 20;

    /// <summary>Bytes decoded or laid beside each other, over all streams of one PDF; a file that is larger may cost four times its length.</summary>
    public long MaxPdfStreamWork { get; init; } = 2L << 30;

    /// <summary>Objects looked at, over all pairs of revisions of one PDF, to say what was changed after signing; beyond it that is not judged.</summary>
    public int MaxPdfComparisons { get; init; } = 3_000_000;

    /// <summary>Bytes of one XML document that is parsed. Files that are only digested have no bound.</summary>
    public int MaxXmlBytes { get; init; } = 64 << 20;

    /// <summary>Elements, texts, comments and processing instructions of one XML document.</summary>
    public int MaxXmlNodes { get; init; } = 4_000_000;

    /// <summary>Elements within each other in one XML document.</summary>
    public int MaxXmlDepth { get; init; } = 500;

    /// <summary>Attributes of one element, namespace declarations included.</summary>
    public int MaxXmlAttributes { get; init; } = 1_000;

    /// <summary>Different names in one XML document.</summary>
    public int MaxXmlNames { get; init; } = 50_000;

    /// <summary>References of all signatures of one file, entries of manifests included.</summary>
    public int MaxReferences { get; init; } = 20_000;

    /// <summary>Bytes of canonical form computed for all signatures of one file.</summary>
    public long MaxCanonicalBytes { get; init; } = 2L << 30;

    /// <summary>Nodes visited for the signatures of one file, by XPath expressions above all.</summary>
    public long MaxXPathSteps { get; init; } = 200_000_000;
}
