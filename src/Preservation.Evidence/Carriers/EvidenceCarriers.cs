using System.Formats.Asn1;
using System.Text;
using Preservation.Signatures;
using Preservation.Signatures.Cms;

namespace Preservation.Evidence.Carriers;

/// <summary>Tells by content, and by name where the content says nothing, whether a file is an evidence record.</summary>
public static class EvidenceCarriers
{
    private static readonly System.Buffers.SearchValues<char> NameEnds = System.Buffers.SearchValues.Create(" \t\r\n/>");

    /// <summary>Bytes of a file's beginning that <see cref="IsRecord"/> makes use of.</summary>
    public const int HeadBytes = SignatureCarriers.HeadBytes;

    /// <summary>
    /// Is it an EvidenceRecord of RFC 4998 (DER, BER, base64) or RFC 6283 (XML). Files named <c>.ers</c> or <c>.er</c> that are nothing else
    /// are records too, so that a damaged one is called malformed and not passed over.
    /// </summary>
    /// <param name="path">The file's name; only its ending counts.</param>
    /// <param name="head">The first bytes, at best <see cref="HeadBytes"/> of them.</param>
    public static bool IsRecord(string path, ReadOnlySpan<byte> head)
    {
        ArgumentNullException.ThrowIfNull(path);
        var isNamed = Path.GetExtension(path).ToLowerInvariant() is ".ers" or ".er";
        if (SignatureCarriers.LooksLikeXml(head)) return IsXmlRecord(head);
        if (head is [(byte)'P', (byte)'K', 3, 4, ..]) return false;
        if (IsAsn1Record(head)) return true;
        return isNamed && SignatureCarriers.Detect("x", head) is SignatureCarrier.None;
    }

    // SEQUENCE { INTEGER, SEQUENCE OF AlgorithmIdentifier, … [0] | [1] | SEQUENCE OF SEQUENCE OF SEQUENCE }; nothing else in use begins like this.
    private static bool IsAsn1Record(ReadOnlySpan<byte> head)
    {
        var bytes = head.ToArray();
        if (bytes is [(byte)'M', ..])
        {
            var length = bytes.AsSpan().IndexOfAnyExceptInRange((byte)'+', (byte)'z') is var end and > 0 ? end : bytes.Length;
            if (CmsFiles.Unwrap(bytes[..Math.Min(length / 4 * 4, 1024)]) is not { } decoded) return false;
            bytes = decoded.ToArray();
        }
        try
        {
            var at = Enter(bytes, Asn1Tag.Sequence);
            at = Skip(at, Asn1Tag.Integer);
            var algorithms = Enter(at, Asn1Tag.Sequence);
            if (!IsNext(Enter(algorithms, Asn1Tag.Sequence), Asn1Tag.ObjectIdentifier)) return false;
            at = Skip(at, Asn1Tag.Sequence);
            if (IsNext(at, new Asn1Tag(TagClass.ContextSpecific, 0, true)) || IsNext(at, new Asn1Tag(TagClass.ContextSpecific, 1, true))) return true;
            return IsNext(Enter(Enter(at, Asn1Tag.Sequence), Asn1Tag.Sequence), Asn1Tag.Sequence);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // Only the beginning is at hand, so that no reader that wants whole values can be used for the frames.
    private static ReadOnlySpan<byte> Enter(ReadOnlySpan<byte> at, Asn1Tag tag)
    {
        if (!IsNext(at, tag)) throw new AsnContentException("another tag");
        AsnDecoder.TryReadEncodedValue(at, AsnEncodingRules.BER, out _, out var content, out var length, out _);
        if (length > 0) return at.Slice(content, length);
        if (at.Length < 2) throw new AsnContentException("too short");
        var octets = at[1] <= 0x80 ? 0 : at[1] & 0x7F;
        return at.Length > 2 + octets ? at[(2 + octets)..] : throw new AsnContentException("too short");
    }

    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> at, Asn1Tag tag) =>
        IsNext(at, tag) && AsnDecoder.TryReadEncodedValue(at, AsnEncodingRules.BER, out _, out _, out _, out var consumed)
            ? at[consumed..] : throw new AsnContentException("another tag");

    private static bool IsNext(ReadOnlySpan<byte> at, Asn1Tag tag) => Asn1Tag.TryDecode(at, out var found, out _) && found.HasSameClassAndValue(tag);

    // The root counts: a document with a signature may hold a record further within.
    private static bool IsXmlRecord(ReadOnlySpan<byte> head)
    {
        var text = head is [0xFE, 0xFF, ..] or [0, (byte)'<', ..] ? Encoding.BigEndianUnicode.GetString(head)
            : head is [0xFF, 0xFE, ..] or [(byte)'<', 0, ..] ? Encoding.Unicode.GetString(head) : Encoding.UTF8.GetString(head);
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('<', at + 1))
        {
            if (text.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal))
            {
                at = text.IndexOf("-->", at, StringComparison.Ordinal);
                if (at < 0) return false;
                continue;
            }
            if (text[at + 1] is '?' or '!') continue;
            var name = text.AsSpan(at + 1, Math.Min(200, text.Length - at - 1));
            var end = name.IndexOfAny(NameEnds);
            if (end >= 0) name = name[..end];
            return name[(name.IndexOf(':') + 1)..].SequenceEqual("EvidenceRecord");
        }
        return false;
    }
}
