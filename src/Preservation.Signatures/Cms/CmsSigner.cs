using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Cms;

/// <summary>SignerInfo (RFC 5652 §5.3). What is malformed below the frame is found when it is judged.</summary>
internal sealed class CmsSigner
{
    private static readonly Asn1Tag Signed = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Unsigned = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private CmsSigner(AsnReader list)
    {
        var fields = new AsnReader(list.PeekEncodedValue(), AsnEncodingRules.BER).ReadSequence();
        while (fields.HasData && !fields.PeekTag().HasSameClassAndValue(Unsigned)) SignedFields = SignedFields.Add(fields.ReadEncodedValue());
        var reader = list.ReadSequence();
        reader.ReadInteger();
        var tag = reader.PeekTag();
        if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            // Implicitly tagged OCTET STRING; some writers tag it explicitly.
            if (tag.IsConstructed && reader.PeekContentBytes() is { Length: > 2 } inner && inner.Span[0] == 0x04)
                SubjectKeyId = reader.ReadSequence(tag).ReadOctetString();
            else SubjectKeyId = reader.ReadOctetString(tag);
        }
        else
        {
            var name = reader.ReadSequence();
            Issuer = name.ReadEncodedValue();
            SerialNumber = name.ReadInteger();
        }
        DigestAlgorithm = AlgorithmId.Read(reader);
        if (reader.PeekTag().HasSameClassAndValue(Signed))
        {
            SignedAttributesEncoded = reader.PeekEncodedValue();
            SignedAttributes = CmsAttribute.ReadAll(reader.ReadSetOf(skipSortOrderValidation: true, Signed));
        }
        SignatureAlgorithm = AlgorithmId.Read(reader);
        SignatureValue = reader.ReadOctetString();
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(Unsigned))
            UnsignedAttributes = CmsAttribute.ReadAll(reader.ReadSetOf(skipSortOrderValidation: true, Unsigned));
        reader.ThrowIfNotEmpty();
    }

    /// <summary>Version, signer, algorithms, signed attributes and value, each as encoded: what an archive time-stamp covers.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> SignedFields { get; } = [];

    public ReadOnlyMemory<byte>? Issuer { get; }
    public BigInteger SerialNumber { get; }
    public ReadOnlyMemory<byte>? SubjectKeyId { get; }
    public AlgorithmId DigestAlgorithm { get; }

    /// <summary>As in the file, with its <c>[0]</c> tag; null when there are none.</summary>
    public ReadOnlyMemory<byte>? SignedAttributesEncoded { get; }

    public ImmutableArray<CmsAttribute> SignedAttributes { get; } = [];
    public AlgorithmId SignatureAlgorithm { get; }
    public ReadOnlyMemory<byte> SignatureValue { get; }
    public ImmutableArray<CmsAttribute> UnsignedAttributes { get; } = [];

    public static CmsSigner Read(AsnReader list) => new(list);

    public static bool TryRead(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CmsSigner? signer, out string reason)
    {
        signer = null;
        reason = "";
        try
        {
            signer = Read(new AsnReader(encoded, AsnEncodingRules.BER));
            return true;
        }
        catch (AsnContentException exception)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>Is it this certificate that the signer names.</summary>
    public bool Names(Certificate certificate) => SubjectKeyId is { } id
        ? certificate.SubjectKeyId is { } found && found.Span.SequenceEqual(id.Span)
        : certificate.SerialNumber == SerialNumber && certificate.Issuer.Span.SequenceEqual(Issuer!.Value.Span);

    /// <summary>The single value of a signed attribute; null when it is missing; throws when it is doubled.</summary>
    public ReadOnlyMemory<byte>? SignedValue(string oid)
    {
        ReadOnlyMemory<byte>? value = null;
        foreach (var attribute in SignedAttributes)
        {
            if (attribute.Oid != oid) continue;
            if (value is not null || attribute.Values.Length != 1) throw new AsnContentException($"attribute {oid} is not single");
            value = attribute.Values[0];
        }
        return value;
    }

    public IEnumerable<ReadOnlyMemory<byte>> UnsignedValues(string oid) =>
        UnsignedAttributes.Where(a => a.Oid == oid).SelectMany(a => a.Values);

    /// <summary>The octets that were signed: SET OF as encoded, then as DER wants it (RFC 5652 §5.4).</summary>
    public IEnumerable<byte[]> SignedOctets()
    {
        var encoded = SignedAttributesEncoded ?? throw new InvalidOperationException("there are no signed attributes");
        if (encoded.Span[1] != 0x80)
        {
            var asIs = encoded.ToArray();
            asIs[0] = 0x31;
            yield return asIs;
        }
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            var reader = new AsnReader(encoded, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true, Signed);
            while (reader.HasData) writer.WriteEncodedValue(reader.ReadEncodedValue().Span);
        }
        yield return writer.Encode();
    }
}
