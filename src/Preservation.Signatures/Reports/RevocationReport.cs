namespace Preservation.Signatures.Reports;

/// <summary>A source that said how a certificate stood.</summary>
/// <param name="Certificate">SHA-256 of the certificate, hexadecimal.</param>
/// <param name="Kind"><c>CRL</c> or <c>OCSP</c>.</param>
/// <param name="Sha256">SHA-256 of the list or response, hexadecimal.</param>
/// <param name="ThisUpdate">When it was true.</param>
/// <param name="NextUpdate">When a newer one was to come; null when that is not said.</param>
/// <param name="RevokedAt">When the certificate was revoked; null when it was not.</param>
public sealed record RevocationReport(string Certificate, string Kind, string Sha256, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, DateTimeOffset? RevokedAt);
