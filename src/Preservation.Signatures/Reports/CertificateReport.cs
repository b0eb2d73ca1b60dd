namespace Preservation.Signatures.Reports;

/// <summary>A certificate as its own fields describe it; nothing here is vouched for by anyone.</summary>
/// <param name="Subject">Distinguished name, RFC 4514 order as .NET prints it.</param>
/// <param name="Issuer">Distinguished name of the issuer.</param>
/// <param name="SerialNumber">Hexadecimal, lower case.</param>
/// <param name="NotBefore">First second of validity.</param>
/// <param name="NotAfter">Last second of validity.</param>
/// <param name="Sha256">Digest of the DER bytes, hexadecimal.</param>
public sealed record CertificateReport(
    string Subject, string Issuer, string SerialNumber, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Sha256);
