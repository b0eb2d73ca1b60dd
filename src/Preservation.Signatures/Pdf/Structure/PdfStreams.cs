namespace Preservation.Signatures.Pdf.Structure;

/// <summary>The bytes of streams. A length that does not lead to <c>endstream</c> is not believed.</summary>
internal static class PdfStreams
{
    /// <summary>Length of the stored bytes.</summary>
    /// <exception cref="PdfException">The stream has no end.</exception>
    public static long Length(PdfSource source, PdfObject.Stream stream, Func<PdfObject?, long?> integer, SignatureLimits limits)
    {
        if (integer(stream.Head["Length"]) is { } length and >= 0 && length <= source.Length - stream.DataStart
            && new PdfParser(source, stream.DataStart + length, limits).ReadWord() == "endstream")
            return length;
        var end = source.FindStreamEnd(stream.DataStart);
        if (end < 0) throw new PdfException("stream without an end");
        if (end > stream.DataStart && source.At(end - 1) == '\n') end--;
        if (end > stream.DataStart && source.At(end - 1) == '\r') end--;
        return end - stream.DataStart;
    }

    /// <summary>The content, deciphered and with its filters undone.</summary>
    /// <exception cref="PdfException">It cannot be, or is larger than allowed.</exception>
    public static byte[] Decode(PdfSource source, PdfObject.Stream stream, Func<PdfObject?, long?> integer, PdfDecryption? decryption, SignatureLimits limits, Func<PdfObject?, PdfObject?>? resolve = null)
    {
        resolve ??= o => o;
        var length = Length(source, stream, integer, limits);
        if (length > limits.MaxPdfStreamBytes) throw new PdfException("stream too long");
        var data = new byte[length];
        if (source.Read(stream.DataStart, data) < length) throw new PdfException("stream cut off");
        if (decryption is not null) data = decryption.DecryptStream(stream.Number, stream.Generation, data);
        return PdfFilters.Decode(data, Filters(stream.Head, resolve), integer, limits.MaxPdfStreamBytes);
    }

    private static List<(string, PdfObject.Dictionary?)> Filters(PdfObject.Dictionary dictionary, Func<PdfObject?, PdfObject?> resolve)
    {
        var names = All(resolve(dictionary["Filter"] ?? dictionary["F"]));
        var parameters = All(resolve(dictionary["DecodeParms"] ?? dictionary["DP"]));
        if (names.Count > 16) throw new PdfException("too many filters");
        return [.. names.Select((n, i) => ((resolve(n) as PdfObject.Name)?.Value ?? "", i < parameters.Count ? resolve(parameters[i]) as PdfObject.Dictionary : null))];
    }

    private static IReadOnlyList<PdfObject> All(PdfObject? value) => value switch
    {
        null or PdfObject.Null => [],
        PdfObject.Array array => array.Items,
        _ => [value],
    };
}
