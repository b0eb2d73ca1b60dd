using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Evidence.Records;
using Preservation.Signatures.Cms;

namespace Preservation.Evidence.TimeStamps;

/// <summary>
/// Adds to a token what later verifiers of it need (RFC 4998 §5.2 "to be added before the renewal"; EN 319 122-1 §5.4): only parts that its signature does
/// not cover change. Certificates and revocation lists go into the fields of the signed data, OCSP responses into the unsigned attribute
/// revocation-values: a response among the lists (RFC 5940) is not read by verifiers that know PKCS #7 alone, as <c>openssl ts</c>.
/// </summary>
public static class TokenMaterial
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>The token as DER with the material; what it has already is not added twice.</summary>
    /// <param name="token">The token's ContentInfo, BER or DER.</param>
    /// <param name="certificates">Certificates, DER.</param>
    /// <param name="crls">Revocation lists, DER.</param>
    /// <param name="ocspResponses">OCSP responses, whole or basic, DER.</param>
    /// <exception cref="ArgumentException">The bytes are no signed data.</exception>
    public static ImmutableArray<byte> Add(
        ReadOnlyMemory<byte> token, IEnumerable<ReadOnlyMemory<byte>> certificates, IEnumerable<ReadOnlyMemory<byte>> crls, IEnumerable<ReadOnlyMemory<byte>> ocspResponses)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(crls);
        ArgumentNullException.ThrowIfNull(ocspResponses);
        try
        {
            var der = DerEncoding.TryNormalise(token, EvidenceLimits.Default.MaxEncodingDepth) ?? throw new AsnContentException("no single value");
            return [.. Write(der, [.. certificates], [.. crls], [.. ocspResponses.Select(BasicOcsp.Of)])];
        }
        catch (AsnContentException exception)
        {
            throw new ArgumentException("the token or its material cannot be read", nameof(token), exception);
        }
    }

    private static byte[] Write(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte>[] certificates, ReadOnlyMemory<byte>[] crls, ReadOnlyMemory<byte>[] responses)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        var type = info.ReadObjectIdentifier();
        if (type != CmsOids.SignedData) throw new AsnContentException("no signed data");
        var body = info.ReadSequence(Zero).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                WriteSet(writer, body, Zero, certificates);
                WriteSet(writer, body, One, crls);
                var signers = body.ReadSetOf(skipSortOrderValidation: true);
                using (writer.PushSetOf())
                    while (signers.HasData) WriteSigner(writer, signers.ReadSequence(), responses);
            }
        }
        return writer.Encode();
    }

    private static void WriteSet(AsnWriter writer, AsnReader body, Asn1Tag tag, ReadOnlyMemory<byte>[] more)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        if (body.HasData && body.PeekTag().HasSameClassAndValue(tag))
        {
            var set = body.ReadSetOf(skipSortOrderValidation: true, tag);
            while (set.HasData) values.Add(set.ReadEncodedValue());
        }
        Join(values, more);
        WriteSorted(writer, values, tag);
    }

    private static void WriteSigner(AsnWriter writer, AsnReader signer, ReadOnlyMemory<byte>[] responses)
    {
        using (writer.PushSequence())
        {
            while (signer.HasData && !signer.PeekTag().HasSameClassAndValue(One)) writer.WriteEncodedValue(signer.ReadEncodedValue().Span);
            var attributes = new List<ReadOnlyMemory<byte>>();
            if (signer.HasData)
            {
                var set = signer.ReadSetOf(skipSortOrderValidation: true, One);
                while (set.HasData) attributes.Add(set.ReadEncodedValue());
            }
            if (responses.Length > 0) Join(attributes, [Attribute(responses)]);
            WriteSorted(writer, attributes, One);
        }
    }

    // Sets are sorted as DER asks (X.690 §11.6): a verifier that encodes the token anew for a renewal comes to the same bytes.
    private static void WriteSorted(AsnWriter writer, List<ReadOnlyMemory<byte>> values, Asn1Tag tag)
    {
        if (values.Count == 0) return;
        values.Sort((a, b) => a.Span.SequenceCompareTo(b.Span));
        using (writer.PushSequence(tag))
            foreach (var value in values) writer.WriteEncodedValue(value.Span);
    }

    private static byte[] Attribute(ReadOnlyMemory<byte>[] responses)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.RevocationValues);
            using (writer.PushSetOf())
            using (writer.PushSequence()) EvidenceSequence.WriteRevocation(writer, [], responses);
        }
        return writer.Encode();
    }

    private static void Join(List<ReadOnlyMemory<byte>> values, IEnumerable<ReadOnlyMemory<byte>> more)
    {
        foreach (var one in more)
            if (!values.Exists(v => v.Span.SequenceEqual(one.Span))) values.Add(one);
    }
}
