using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Cms;

/// <summary>The ats-hash-index of an archive time-stamp v3, of any of its versions: which parts of the structure the token is over (EN 319 122-1 §5.5.2).</summary>
internal sealed class HashIndex
{
    private readonly HashFunction? _hash;
    private readonly HashSet<string> _certificates;
    private readonly HashSet<string> _revocations;
    private readonly HashSet<string> _attributes;

    private HashIndex(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var reader = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        // An algorithm begins with an object identifier, a list of digests with an octet string or nothing.
        var first = new AsnReader(reader.PeekEncodedValue(), AsnEncodingRules.BER).ReadSequence();
        var isAlgorithm = first.HasData && first.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier);
        _hash = isAlgorithm ? HashFunction.Find(AlgorithmId.Read(reader).Oid) : HashFunction.Sha256;
        _certificates = ReadDigests(reader);
        _revocations = ReadDigests(reader);
        _attributes = ReadDigests(reader);
    }

    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The index in a token's unsigned attributes; null when there is none that can be read.</summary>
    public static HashIndex? Of(TimeStampToken token)
    {
        foreach (var oid in (ReadOnlySpan<string>)[CmsOids.HashIndexV3, CmsOids.HashIndexV2, CmsOids.HashIndexV1])
            if (token.SignedData.Signers[0].UnsignedValues(oid).ToList() is [var value])
            {
                try
                {
                    return new HashIndex(value);
                }
                catch (AsnContentException)
                {
                    return null;
                }
            }
        return null;
    }

    /// <summary>What of the structure the index names, and how many of its digests name nothing that is there any more.</summary>
    public (EmbeddedMaterial Covers, int Missing) Match(CmsSignedData cms, CmsSigner signer)
    {
        if (_hash is not { IsSupported: true } hash) return (EmbeddedMaterial.None, _certificates.Count + _revocations.Count + _attributes.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var certificates = cms.Certificates.Where(c => Names(_certificates, hash.Compute(c.Span))).ToList();
        var revocations = cms.Revocations.Where(c => Names(_revocations, hash.Compute(c.Span))).ToList();
        var attributes = signer.UnsignedAttributes.Where(IsNamed).ToList();
        var missing = _certificates.Count + _revocations.Count + _attributes.Count - seen.Count;
        return (CmsMaterial.Of(certificates, revocations, signer.SignedAttributes.Concat(attributes)), missing);

        // The first versions took the whole attribute, the third its type with each of its values.
        bool IsNamed(CmsAttribute attribute)
        {
            var isNamed = Names(_attributes, hash.Compute(attribute.Encoded.Span));
            foreach (var value in attribute.Values) isNamed |= Names(_attributes, hash.Compute([.. attribute.TypeEncoded.Span, .. value.Span]));
            return isNamed;
        }

        bool Names(HashSet<string> digests, byte[] digest)
        {
            var text = Convert.ToHexStringLower(digest);
            if (!digests.Contains(text)) return false;
            seen.Add((digests == _certificates ? "c" : digests == _revocations ? "r" : "a") + text);
            return true;
        }
    }

    private static HashSet<string> ReadDigests(AsnReader reader)
    {
        var digests = new HashSet<string>(StringComparer.Ordinal);
        var list = reader.ReadSequence();
        while (list.HasData) digests.Add(Convert.ToHexStringLower(list.ReadOctetString()));
        return digests;
    }
}
