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
}
