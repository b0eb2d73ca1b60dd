using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Preservation.Workflow.Documents;

/// <summary>The objects of a PDF 1.7 file (ISO 32000-1 §7.5) as they are written one after another, with the table of where they lie.</summary>
internal sealed class PdfObjects : IDisposable
{
    private readonly MemoryStream _file = new();
    private readonly List<long> _places = [];

    public PdfObjects()
    {
        Text("%PDF-1.7\n%");
        _file.Write([0xE2, 0xE3, 0xCF, 0xD3]);
        Text("\n");
    }

    /// <summary>A number for an object that is written later.</summary>
    public int Reserve()
    {
        _places.Add(0);
        return _places.Count;
    }

    public int Add(string body)
    {
        var number = Reserve();
        Write(number, body);
        return number;
    }

    public void Write(int number, string body)
    {
        _places[number - 1] = _file.Length;
        Text(string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n{body}\nendobj\n"));
    }

    /// <param name="entries">Further entries of the stream's dictionary.</param>
    /// <param name="content">The bytes before any filter.</param>
    /// <param name="isCompressed">Metadata is left readable for tools that know nothing of PDF.</param>
    public int AddStream(string entries, byte[] content, bool isCompressed = true)
    {
        var stored = content;
        if (isCompressed)
        {
            using var packed = new MemoryStream();
            using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(content);
            stored = packed.ToArray();
        }
        var number = Reserve();
        _places[number - 1] = _file.Length;
        Text(string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n<< /Length {stored.Length}{(isCompressed ? " /Filter /FlateDecode" : "")}{entries} >>\nstream\n"));
        _file.Write(stored);
        Text("\nendstream\nendobj\n");
        return number;
    }

    /// <summary>Writes table and trailer. The file's identifier is a digest of all before it: equal documents are equal files.</summary>
    public byte[] End(int catalogue)
    {
        var identifier = Convert.ToHexString(SHA256.HashData(_file.GetBuffer().AsSpan(0, (int)_file.Length))[..16]);
        var table = _file.Length;
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {_places.Count + 1}\n0000000000 65535 f \n"));
        foreach (var place in _places) text.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {_places.Count + 1} /Root {catalogue} 0 R /ID [<{identifier}> <{identifier}>] >>\nstartxref\n{table}\n%%EOF\n");
        Text(text.ToString());
        return _file.ToArray();
    }

    public void Dispose() => _file.Dispose();

    private void Text(string text) => _file.Write(Encoding.Latin1.GetBytes(text));
}
