using System.Formats.Asn1;
using Preservation.Evidence.Records;
using Preservation.Signatures.Cms;

namespace Preservation.Evidence.Carriers;

/// <summary>
/// Signed data as it was before an evidence record went into its unsigned attributes (RFC 4998 appendix A.1). Makers differ in how they write
/// the frames around what stays: each way is tried.
/// </summary>
internal static class CmsWithoutEvidence
{
    /// <summary>Every encoding of the signed data without the chosen attributes; one that is left without unsigned attributes has no set of them.</summary>
    /// <param name="encoded">The whole ContentInfo.</param>
    /// <param name="removes">Chooses by the number of the record in the file, over all signers.</param>
    /// <param name="maxDepth">Nested values of BER that is written again.</param>
    /// <exception cref="AsnContentException">The structure is malformed.</exception>
    public static IEnumerable<byte[]> Encodings(ReadOnlyMemory<byte> encoded, Func<int, bool> removes, int maxDepth)
    {
        var asFound = Write(encoded, removes, keepsForm: true);
        var definite = Write(encoded, removes, keepsForm: false);
        yield return asFound;
        if (!asFound.AsSpan().SequenceEqual(definite)) yield return definite;
        if (DerEncoding.TryNormalise(definite, maxDepth) is { } der && !der.AsSpan().SequenceEqual(definite)) yield return der;
    }

    public static bool IsEvidence(string oid) => oid is CmsOids.EvidenceRecordInternal or CmsOids.EvidenceRecordExternal;

    private static byte[] Write(ReadOnlyMemory<byte> encoded, Func<int, bool> removes, bool keepsForm)
    {
        var number = 0;
        var info = Children(encoded);
        var body = Children(info[1])[0];
        var parts = Children(body);
        var signers = Children(parts[^1]).Select(s => (ReadOnlyMemory<byte>)Signer(s)).ToList();
        var set = Frame(parts[^1], signers, keepsForm);
        var signedData = Frame(body, [.. parts.SkipLast(1), set], keepsForm);
        return Frame(encoded, [info[0], Frame(info[1], [signedData], keepsForm)], keepsForm);

        byte[] Signer(ReadOnlyMemory<byte> signer)
        {
            var fields = Children(signer);
            if (!Tag(fields[^1]).HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1))) return signer.ToArray();
            var attributes = new List<ReadOnlyMemory<byte>>();
            foreach (var attribute in Children(fields[^1]))
                if (Attribute(attribute) is { } kept) attributes.Add(kept);
            var rest = fields.SkipLast(1).ToList();
            if (attributes.Count > 0) rest.Add(Frame(fields[^1], attributes, keepsForm));
            return Frame(signer, rest, keepsForm);
        }

        ReadOnlyMemory<byte>? Attribute(ReadOnlyMemory<byte> attribute)
        {
            var parts = Children(attribute);
            if (!IsEvidence(new AsnReader(parts[0], AsnEncodingRules.BER).ReadObjectIdentifier())) return attribute;
            var all = Children(parts[1]);
            var kept = all.Where(_ => !removes(number++)).ToList();
            return kept.Count == 0 ? (ReadOnlyMemory<byte>?)null : kept.Count == all.Count ? attribute : Frame(attribute, [parts[0], Frame(parts[1], kept, keepsForm)], keepsForm);
        }
    }

    private static List<ReadOnlyMemory<byte>> Children(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER);
        var tag = reader.PeekTag();
        if (tag.TagClass == TagClass.Universal && !tag.HasSameClassAndValue(Asn1Tag.Sequence) && !tag.HasSameClassAndValue(Asn1Tag.SetOf)) throw new AsnContentException("no structure");
        if (!tag.IsConstructed) throw new AsnContentException("a primitive value has no parts");
        var inner = tag.HasSameClassAndValue(Asn1Tag.SetOf) ? reader.ReadSetOf(skipSortOrderValidation: true) : reader.ReadSequence(tag);
        var found = new List<ReadOnlyMemory<byte>>();
        while (inner.HasData) found.Add(inner.ReadEncodedValue());
        return found.Count > 0 ? found : throw new AsnContentException("an empty structure");
    }

    private static Asn1Tag Tag(ReadOnlyMemory<byte> value) => Asn1Tag.Decode(value.Span, out _);

    private static byte[] Frame(ReadOnlyMemory<byte> old, IReadOnlyCollection<ReadOnlyMemory<byte>> parts, bool keepsForm)
    {
        var tag = Asn1Tag.Decode(old.Span, out var tagBytes);
        var isIndefinite = keepsForm && old.Span[tagBytes] == 0x80;
        var output = new MemoryStream();
        Span<byte> head = stackalloc byte[16];
        output.Write(head[..tag.Encode(head)]);
        if (isIndefinite) output.WriteByte(0x80);
        else output.Write(DerEncoding.Length(parts.Sum(p => p.Length), head));
        foreach (var part in parts) output.Write(part.Span);
        if (isIndefinite) output.Write([0, 0]);
        return output.ToArray();
    }
}
