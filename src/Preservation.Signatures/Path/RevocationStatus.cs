namespace Preservation.Signatures.Path;

/// <summary>What one source says of one certificate.</summary>
internal enum RevocationStatus
{
    Good,
    Revoked,

    /// <summary>The responder does not know the certificate (RFC 6960 §2.2).</summary>
    Unknown,
}
