using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Cms;

/// <summary>The first certificate of signing-certificate v1 and v2, which must be the signer's (RFC 2634 §5.4, RFC 5035 §5.4).</summary>
internal static class EssCertificates
{
    public static ImmutableArray<EssCertificate> Read(CmsSigner signer)
    {
        var found = ImmutableArray.CreateBuilder<EssCertificate>();
        foreach (var v1 in Values(signer, CmsOids.SigningCertificate))
            if (First(v1) is { } first) found.Add(new EssCertificate(HashFunction.Sha1, first.ReadOctetString()));
        foreach (var v2 in Values(signer, CmsOids.SigningCertificateV2))
        {
            if (First(v2) is not { } second) continue;
            var hash = second.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)
                ? HashFunction.Find(AlgorithmId.Read(second).Oid) : HashFunction.Sha256;
            found.Add(new EssCertificate(hash, second.ReadOctetString()));
        }
        return found.ToImmutable();
    }

    // Written twice is against the RFC, yet harmless: every one of them must name the signer.
    private static IEnumerable<ReadOnlyMemory<byte>> Values(CmsSigner signer, string oid) =>
        signer.SignedAttributes.Where(a => a.Oid == oid).SelectMany(a => a.Values);

    private static AsnReader? First(ReadOnlyMemory<byte> encoded)
    {
        var certificates = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        return certificates.HasData ? certificates.ReadSequence() : null;
    }
}
