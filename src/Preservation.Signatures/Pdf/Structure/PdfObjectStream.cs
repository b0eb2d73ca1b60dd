namespace Preservation.Signatures.Pdf.Structure;

/// <summary>An object stream, decoded (ISO 32000-2 §7.5.7).</summary>
internal sealed class PdfObjectStream
{
    private readonly PdfSource _source;
    private readonly List<long> _offsets = [];
    private readonly List<int> _numbers = [];

    private PdfObjectStream(byte[] content) => _source = new PdfSource(new MemoryStream(content, writable: false));

    /// <summary>Of the objects in it, in their order.</summary>
    public IReadOnlyList<int> Numbers => _numbers;

    /// <exception cref="PdfException">Its head is damaged.</exception>
    public static PdfObjectStream Read(byte[] content, PdfObject.Dictionary dictionary, PdfView view, SignatureLimits limits)
    {
        if (view.Integer(dictionary["N"]) is not { } count || view.Integer(dictionary["First"]) is not { } first || count < 0 || first < 0 || first > content.Length)
            throw new PdfException("object stream without N and First");
        var stream = new PdfObjectStream(content);
        var parser = new PdfParser(stream._source, 0, limits);
        for (var i = 0L; i < count && parser.ReadInteger() is { } number && parser.ReadInteger() is { } offset; i++)
        {
            stream._numbers.Add(number is >= 0 and <= int.MaxValue ? (int)number : -1);
            stream._offsets.Add(first + Math.Clamp(offset, 0, content.Length));
        }
        return stream;
    }

    /// <exception cref="PdfException">It is not in it.</exception>
    public PdfObject Get(int number, int index, SignatureLimits limits)
    {
        if (index < 0 || index >= _numbers.Count || _numbers[index] != number) index = _numbers.IndexOf(number);
        return index < 0 ? throw new PdfException("not in the object stream") : new PdfParser(_source, _offsets[index], limits).ReadObject();
    }
}
