using System.Formats.Asn1;

namespace Preservation.Evidence.Records;

/// <summary>Writes BER again with definite lengths of the shortest form and with strings in one piece (X.690 §10). The order of sets stays.</summary>
internal static class DerEncoding
{
    /// <summary>Null when the bytes are no single value or are nested too deep.</summary>
    public static byte[]? TryNormalise(ReadOnlyMemory<byte> encoded, int maxDepth)
    {
        try
        {
            var reader = new AsnReader(encoded, AsnEncodingRules.BER, new AsnReaderOptions { SkipSetSortOrderVerification = true });
            var output = new MemoryStream(encoded.Length);
            Write(reader, output, maxDepth);
            return reader.HasData ? null : output.ToArray();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static void Write(AsnReader reader, MemoryStream output, int depth)
    {
        if (depth == 0) throw new AsnContentException("nested too deep");
        var tag = reader.PeekTag();
        if (!tag.IsConstructed)
        {
            var content = reader.PeekContentBytes();
            reader.ReadEncodedValue();
            WriteValue(output, tag, content.Span);
            return;
        }
        if (tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue == UniversalTagNumber.OctetString)
        {
            WriteValue(output, Asn1Tag.PrimitiveOctetString, reader.ReadOctetString());
            return;
        }
        // What else is constructed here is a string in pieces, which no part of a record or token needs.
        if (tag.TagClass == TagClass.Universal && !tag.HasSameClassAndValue(Asn1Tag.Sequence) && !tag.HasSameClassAndValue(Asn1Tag.SetOf)) throw new AsnContentException("a string in pieces");
        var within = new MemoryStream();
        var inner = tag.HasSameClassAndValue(Asn1Tag.SetOf) ? reader.ReadSetOf(skipSortOrderValidation: true) : reader.ReadSequence(tag);
        while (inner.HasData) Write(inner, within, depth - 1);
        WriteValue(output, tag, within.GetBuffer().AsSpan(0, (int)within.Length));
    }

    private static void WriteValue(MemoryStream output, Asn1Tag tag, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[16];
        output.Write(head[..tag.Encode(head)]);
        output.Write(Length(content.Length, head));
        output.Write(content);
    }

    /// <summary>The length octets (X.690 §8.1.3) in the shortest definite form.</summary>
    public static ReadOnlySpan<byte> Length(int length, Span<byte> into)
    {
        if (length < 0x80)
        {
            into[0] = (byte)length;
            return into[..1];
        }
        var bytes = length > 0xFFFFFF ? 4 : length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
        into[0] = (byte)(0x80 | bytes);
        for (var i = 0; i < bytes; i++) into[1 + i] = (byte)(length >> (8 * (bytes - 1 - i)) & 0xFF);
        return into[..(1 + bytes)];
    }
}
