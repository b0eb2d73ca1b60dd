namespace Preservation.Signatures.Path;

/// <summary>An entry of a revocation list (RFC 5280 §5.3).</summary>
internal sealed record CrlEntry(DateTimeOffset RevokedAt, RevocationReason? Reason, DateTimeOffset? InvalidityDate);
