using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Preservation.Signatures.Path;

/// <summary>A certificate, revocation list or OCSP response as such, before anybody believes it.</summary>
/// <param name="Kind"><c>CERTIFICATE</c>, <c>CRL</c> or <c>OCSP</c>.</param>
/// <param name="Encoded">DER.</param>
/// <param name="ThisUpdate">When it was true; for a certificate its beginning.</param>
/// <param name="NextUpdate">When a newer one was to come; for a certificate its end; null when that is not said.</param>
/// <param name="CrlUrls">A certificate's addresses of revocation lists over HTTP.</param>
public sealed record ValidationMaterial(
    string Kind, ReadOnlyMemory<byte> Encoded, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, ImmutableArray<string> CrlUrls)
{
    private static readonly string[] Labels = ["CERTIFICATE", "X509 CERTIFICATE", "X509 CRL", "OCSP RESPONSE"];

    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoded.Span));

    /// <summary>SHA-256 of whose name it goes by, hexadecimal: a list's issuer, a certificate's subject; null for an OCSP response.</summary>
    public string? Authority { get; private init; }

    /// <summary>The same of a certificate's issuer: what its lists and its issuer's certificate go by; null when it cannot be read.</summary>
    public static string? AuthorityOf(ReadOnlyMemory<byte> certificate) => Certificate.TryDecode(certificate, out var read) ? NameOf(read.Issuer) : null;

    /// <summary>Is it an OCSP response about this certificate of this issuer. Signatures are not checked.</summary>
    public bool IsAbout(ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> issuer) =>
        Certificate.TryDecode(certificate, out var subject) && Certificate.TryDecode(issuer, out var authority)
        && OcspResponse.TryDecode(Encoded, out var response) && response.Answers.Any(a => a.Names(subject, authority));

    /// <summary>What a DER or PEM file holds; what is none of the three is left out. A PKCS #7 bundle of certificates is taken apart.</summary>
    public static ImmutableArray<ValidationMaterial> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        var all = ImmutableArray.CreateBuilder<ValidationMaterial>();
        try
        {
            foreach (var encoded in Pem.Decode(bytes, Labels))
            {
                if (Read(encoded) is { } one) all.Add(one);
                else if (Cms.CmsSignedData.TryDecode(encoded, SignatureLimits.Default, out var bundle, out _))
                    all.AddRange(bundle.Certificates.Concat(bundle.Revocations).Select(Read).OfType<ValidationMaterial>());
            }
        }
        catch (FormatException)
        {
            return [];
        }
        return all.ToImmutable();
    }

    private static string NameOf(ReadOnlyMemory<byte> name) => Convert.ToHexStringLower(SHA256.HashData(name.Span));

    private static ValidationMaterial? Read(ReadOnlyMemory<byte> encoded)
    {
        if (Certificate.TryDecode(encoded, out var certificate))
            return new("CERTIFICATE", certificate.Encoded, certificate.NotBefore, certificate.NotAfter,
                [.. certificate.Extensions.DistributionPoints.SelectMany(d => d.Name?.Urls ?? []).Where(u => u.StartsWith("http", StringComparison.OrdinalIgnoreCase)).Distinct()]) { Authority = NameOf(certificate.Subject) };
        if (CertificateRevocationList.TryDecode(encoded, out var list)) return new("CRL", encoded, list.ThisUpdate, list.NextUpdate, []) { Authority = NameOf(list.Issuer) };
        if (OcspResponse.TryDecode(encoded, out var response) && !response.Answers.IsEmpty)
            return new("OCSP", encoded, response.Answers.Max(a => a.ThisUpdate), response.Answers.Min(a => a.NextUpdate), []);
        return null;
    }
}
