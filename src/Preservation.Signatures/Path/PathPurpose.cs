namespace Preservation.Signatures.Path;

internal enum PathPurpose
{
    Signing,
    TimeStamping,

    /// <summary>Any use: what RFC 5280 asks of a path and nothing more.</summary>
    Any,

    /// <summary>Signing revocation lists.</summary>
    CrlSigning,
}
