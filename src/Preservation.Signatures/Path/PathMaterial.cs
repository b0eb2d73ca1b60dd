using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Path;

/// <summary>A policy's certificates and lists, decoded once for a file.</summary>
internal sealed record PathMaterial(
    TrustAnchors Anchors, ImmutableArray<Certificate> Intermediates,
    ImmutableArray<CertificateRevocationList> Crls, SignatureLimits Limits, ImmutableArray<Finding> Findings)
{
    /// <summary>OCSP responses, as far as they could be read.</summary>
    public ImmutableArray<OcspResponse> OcspResponses { get; init; } = [];

    public static PathMaterial From(VerificationPolicy policy, string path)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var intermediates = ImmutableArray.CreateBuilder<Certificate>();
        foreach (var encoded in policy.Intermediates)
        {
            if (Certificate.TryDecode(encoded, out var certificate)) intermediates.Add(certificate);
            else findings.Add(new Finding(SignatureRules.CertificateMalformed, path));
        }
        return new PathMaterial(
            policy.TrustAnchors, intermediates.ToImmutable(), [.. DecodeCrls(policy.Crls, path, findings)],
            policy.SignatureLimits, [])
        {
            OcspResponses = [.. DecodeResponses(policy.OcspResponses, path, findings)],
            Findings = findings.ToImmutable(),
        };
    }

    /// <summary>Certificates in which a signer may be found when his signature does not carry it.</summary>
    public ImmutableArray<Certificate> Known => [.. Intermediates, .. Anchors.Certificates];

    /// <summary>Adds what a signature carries; what cannot be read is left out.</summary>
    public PathMaterial With(EmbeddedMaterial embedded) => embedded == EmbeddedMaterial.None ? this : this with
    {
        Intermediates = [.. Intermediates, .. Some(embedded.Certificates, c => Certificate.TryDecode(c, out var certificate) ? certificate : null)],
        Crls = [.. Crls, .. Some(embedded.Crls, c => CertificateRevocationList.TryDecode(c, out var list) ? list : null)],
        OcspResponses = [.. OcspResponses, .. Some(embedded.OcspResponses, c => OcspResponse.TryDecode(c, out var response) ? response : null)],
    };

    private IEnumerable<T> Some<T>(ImmutableArray<ReadOnlyMemory<byte>> encoded, Func<ReadOnlyMemory<byte>, T?> decode)
        where T : class => encoded.Take(Limits.MaxCertificates).Select(decode).OfType<T>();

    private static IEnumerable<OcspResponse> DecodeResponses(
        ImmutableArray<ReadOnlyMemory<byte>> all, string path, ImmutableArray<Finding>.Builder findings)
    {
        foreach (var bytes in all)
            foreach (var encoded in Pem.Decode(bytes, "OCSP RESPONSE"))
            {
                if (OcspResponse.TryDecode(encoded, out var response)) yield return response;
                else findings.Add(new Finding(SignatureRules.CertificateMalformed, path));
            }
    }

    private static IEnumerable<CertificateRevocationList> DecodeCrls(
        ImmutableArray<ReadOnlyMemory<byte>> all, string path, ImmutableArray<Finding>.Builder findings)
    {
        foreach (var bytes in all)
            foreach (var encoded in Pem.Decode(bytes, "X509 CRL"))
            {
                if (CertificateRevocationList.TryDecode(encoded, out var list)) yield return list;
                else findings.Add(new Finding(SignatureRules.CertificateMalformed, path));
            }
    }
}
