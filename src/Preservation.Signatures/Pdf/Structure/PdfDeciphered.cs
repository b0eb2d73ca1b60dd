namespace Preservation.Signatures.Pdf.Structure;

/// <summary>A value with its strings deciphered. Contents of a signature are never enciphered (ISO 32000-2 §7.6.2).</summary>
internal static class PdfDeciphered
{
    public static PdfObject Of(PdfObject value, Func<byte[], byte[]> decipher) => value switch
    {
        PdfObject.String text => new PdfObject.String(decipher(text.Bytes), text.Start, text.End, text.IsHex),
        PdfObject.Array array => new PdfObject.Array([.. array.Items.Select(i => Of(i, decipher))]),
        PdfObject.Dictionary dictionary => Of(dictionary, decipher),
        PdfObject.Stream stream => new PdfObject.Stream(Of(stream.Head, decipher), stream.DataStart, stream.Number, stream.Generation),
        _ => value,
    };

    private static PdfObject.Dictionary Of(PdfObject.Dictionary dictionary, Func<byte[], byte[]> decipher)
    {
        var isSignature = dictionary["ByteRange"] is not null;
        return new PdfObject.Dictionary(
            dictionary.Entries.ToDictionary(e => e.Key, e => isSignature && e.Key == "Contents" ? e.Value : Of(e.Value, decipher)), dictionary.Start);
    }
}
