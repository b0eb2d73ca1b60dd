using System.Formats.Asn1;

namespace Preservation.Evidence.TimeStamps;

/// <summary>The BasicOCSPResponse in an OCSPResponse (RFC 6960 §4.2.1).</summary>
internal static class BasicOcsp
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The inner response; bytes that are one already stay as they are.</summary>
    /// <exception cref="AsnContentException">They are neither.</exception>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        if (!outer.PeekTag().HasSameClassAndValue(Asn1Tag.Enumerated)) return encoded;
        outer.ReadEnumeratedBytes();
        var bytes = outer.ReadSequence(Zero).ReadSequence();
        bytes.ReadObjectIdentifier();
        return bytes.ReadOctetString();
    }
}
