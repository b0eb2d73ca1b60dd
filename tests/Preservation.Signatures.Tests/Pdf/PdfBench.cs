using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>
/// Writes PDF revision by revision: as few parts as make a document that readers open, with every way to write cross-references. Each call of
/// <see cref="Save"/> is an incremental update.
/// </summary>
internal sealed class PdfBench
{
    private const int HexLength = 9000;
    private const string RangeMark = "/ByteRange [0 0000000000 0000000000 0000000000]";
    private readonly MemoryStream _file = new();
    private readonly SortedDictionary<int, byte[]> _pending = [];
    private readonly SortedSet<int> _freed = [];
    private long _lastReference = -1;
    private int _size = 1;

    public string Root { get; set; } = "1 0 R";

    /// <summary>Beside Root and Size.</summary>
    public string Trailer { get; set; } = "";

    public byte[] Bytes => _file.ToArray();

    /// <summary>
    /// A catalog (1), a page tree (2), a page (3) with a content (4) and a font (6), a form (5) with a text field (7). Further pages show the same
    /// content, or what <paramref name="content"/> gives each (1001 and on).
    /// </summary>
    public static PdfBench Document(PdfStyle style = PdfStyle.Table, string catalog = "", int pages = 1, Func<int, byte[]>? content = null)
    {
        var bench = new PdfBench();
        bench.Append("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
        bench.Set(1, $"<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R {catalog} >>");
        bench.Set(2, $"<< /Type /Pages /Count {pages} /Kids [3 0 R{string.Concat(Enumerable.Range(0, pages - 1).Select(i => $" {100 + i} 0 R"))}] >>");
        bench.Set(3, Page("7 0 R"));
        bench.SetStream(4, "", "BT /F1 12 Tf 10 100 Td (Hello) Tj ET"u8.ToArray());
        bench.Set(5, Form("7 0 R"));
        bench.Set(6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        bench.Set(7, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (Lan) /Rect [10 10 90 30] /P 3 0 R /AP << /N 8 0 R >> >>");
        bench.SetStream(8, "/Type /XObject /Subtype /Form /BBox [0 0 80 20] /Resources << /Font << /F1 6 0 R >> >>", "BT /F1 12 Tf (Lan) Tj ET"u8.ToArray());
        for (var i = 1; i < pages; i++)
        {
            bench.Set(99 + i, Page("", content: content is null ? 4 : 1_000 + i));
            if (content is not null) bench.SetStream(1_000 + i, "", content(i));
        }
        bench.Save(style);
        return bench;
    }

    public static string Page(string annotations, string more = "", int content = 4) =>
        $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents {content} 0 R /Resources << /Font << /F1 6 0 R >> >> /Annots [{annotations}] {more} >>";

    public static string Form(string fields) => $"<< /Fields [{fields}] /SigFlags 3 /DR << /Font << /Helv 6 0 R >> >> /DA (/Helv 0 Tf 0 g) >>";

    public static string Field(int value, string name = "Signature1", string more = "") =>
        $"<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /V {value} 0 R /F 132 /Rect [0 0 0 0] /P 3 0 R {more} >>";

    public void Set(int number, string body) => _pending[number] = Encoding.Latin1.GetBytes(body);

    public void SetStream(int number, string dictionary, byte[] data) =>
        _pending[number] = [.. Encoding.Latin1.GetBytes($"<< {dictionary} /Length {data.Length} >>\nstream\n"), .. data, .. "\nendstream"u8];

    public void Free(int number) => _freed.Add(number);

    /// <summary>Adds bytes as they are.</summary>
    public void Append(string text) => _file.Write(Encoding.Latin1.GetBytes(text));

    /// <summary>Writes what was set as one revision.</summary>
    public void Save(PdfStyle style = PdfStyle.Table)
    {
        var entries = new SortedDictionary<int, (int Kind, long Position, int Index)>();
        foreach (var number in _freed) entries[number] = (0, 0, 1);
        var packed = style is PdfStyle.ObjectStream or PdfStyle.Hybrid ? _pending.Where(p => MayBePacked(p.Value)).ToList() : [];
        foreach (var (number, body) in _pending.Where(p => !packed.Contains(p)))
        {
            entries[number] = (1, _file.Length, 0);
            Write(number, body);
        }
        _size = Math.Max(_size, _pending.Keys.Concat(_freed).DefaultIfEmpty(0).Max() + 1);
        if (packed.Count > 0) Pack(packed, entries);
        if (style is PdfStyle.Table) WriteTable(entries, null);
        else if (style is PdfStyle.Hybrid) WriteHybrid(entries);
        else _lastReference = WriteStream(entries, "/Root " + Root + " " + Trailer + (_lastReference < 0 ? "" : $" /Prev {_lastReference}"));
        _file.Write(Encoding.Latin1.GetBytes($"startxref\n{_lastReference}\n%%EOF\n"));
        _pending.Clear();
        _freed.Clear();
    }

    /// <summary>Adds a signature dictionary and its field, saves, and fills the dictionary with a signature over the file but itself.</summary>
    public PdfBench Sign(
        X509Certificate2 certificate, int field = 10, int value = 11, string name = "Signature1", string more = "", string fieldMore = "", PdfStyle style = PdfStyle.Table,
        string subFilter = "adbe.pkcs7.detached", Func<byte[], byte[]>? sign = null, string? others = null, string? page = null)
    {
        others ??= "7 0 R";
        Set(value, $"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /{subFilter} {RangeMark} /Contents <{new string('0', HexLength)}> /M (D:20260301120000+07'00') {more} >>");
        Set(field, Field(value, name, fieldMore));
        Set(5, Form($"{others} {field} 0 R"));
        Set(3, page ?? Page($"{others} {field} 0 R"));
        Save(style);
        var filled = Fill(Bytes, certificate, sign);
        _file.SetLength(0);
        _file.Write(filled);
        return this;
    }

    /// <summary>Fills in the last signature of a file.</summary>
    public static byte[] Fill(byte[] file, X509Certificate2 certificate, Func<byte[], byte[]>? sign = null)
    {
        var text = Encoding.Latin1.GetString(file);
        var mark = text.LastIndexOf(RangeMark, StringComparison.Ordinal);
        var start = text.IndexOf("/Contents <", mark, StringComparison.Ordinal) + "/Contents ".Length;
        var end = text.IndexOf('>', start) + 1;
        var range = string.Create(CultureInfo.InvariantCulture, $"/ByteRange [0 {start} {end} {file.Length - end}]").PadRight(RangeMark.Length);
        Encoding.Latin1.GetBytes(range).CopyTo(file, mark);
        byte[] signed = [.. file[..start], .. file[end..]];
        var cms = sign is null ? SigningBench.Sign(signed, certificate, detached: true) : sign(signed);
        Encoding.Latin1.GetBytes(Convert.ToHexString(cms)).CopyTo(file, start + 1);
        return file;
    }

    private static bool MayBePacked(byte[] body) =>
        !Encoding.Latin1.GetString(body).Contains("\nstream\n", StringComparison.Ordinal) && !Encoding.Latin1.GetString(body).Contains("/ByteRange", StringComparison.Ordinal);

    private void Write(int number, byte[] body)
    {
        _file.Write(Encoding.Latin1.GetBytes($"{number} 0 obj\n"));
        _file.Write(body);
        _file.Write("\nendobj\n"u8);
    }

    private void Pack(List<KeyValuePair<int, byte[]>> packed, SortedDictionary<int, (int, long, int)> entries)
    {
        var container = _size++;
        var (head, body) = (new StringBuilder(), new MemoryStream());
        for (var i = 0; i < packed.Count; i++)
        {
            head.Append(CultureInfo.InvariantCulture, $"{packed[i].Key} {body.Length} ");
            body.Write(packed[i].Value);
            body.WriteByte((byte)'\n');
            entries[packed[i].Key] = (2, container, i);
        }
        var data = Deflate([.. Encoding.Latin1.GetBytes(head.ToString()), .. body.ToArray()]);
        entries[container] = (1, _file.Length, 0);
        Write(container, [.. Encoding.Latin1.GetBytes($"<< /Type /ObjStm /N {packed.Count} /First {head.Length} /Filter /FlateDecode /Length {data.Length} >>\nstream\n"), .. data, .. "\nendstream"u8]);
    }

    private void WriteHybrid(SortedDictionary<int, (int Kind, long, int)> entries)
    {
        var hidden = new SortedDictionary<int, (int, long, int)>(entries.Where(e => e.Value.Kind == 2).ToDictionary(e => e.Key, e => (e.Value.Kind, e.Value.Item2, e.Value.Item3)));
        var beside = WriteStream(hidden, "/Root " + Root);
        foreach (var number in hidden.Keys) entries[number] = (0, 0, 65535);
        WriteTable(entries, beside);
    }

    private void WriteTable(SortedDictionary<int, (int Kind, long Position, int Index)> entries, long? beside)
    {
        var at = _file.Length;
        var text = new StringBuilder("xref\n0 1\n0000000000 65535 f \n");
        foreach (var (number, entry) in entries)
            text.Append(CultureInfo.InvariantCulture, $"{number} 1\n{(entry.Kind == 0 ? 0 : entry.Position):D10} {entry.Index:D5} {(entry.Kind == 0 ? 'f' : 'n')} \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {_size} /Root {Root} {Trailer}");
        if (_lastReference >= 0) text.Append(CultureInfo.InvariantCulture, $" /Prev {_lastReference}");
        if (beside is not null) text.Append(CultureInfo.InvariantCulture, $" /XRefStm {beside}");
        text.Append(" >>\n");
        _file.Write(Encoding.Latin1.GetBytes(text.ToString()));
        _lastReference = at;
    }

    private long WriteStream(SortedDictionary<int, (int Kind, long Position, int Index)> entries, string trailer)
    {
        var at = _file.Length;
        var own = _size++;
        entries[own] = (1, at, 0);
        var rows = new MemoryStream();
        var previous = new byte[7];
        foreach (var (kind, position, index) in entries.Values)
        {
            byte[] row = [(byte)kind, (byte)(position >> 24 & 255), (byte)(position >> 16 & 255), (byte)(position >> 8 & 255), (byte)(position & 255), (byte)(index >> 8 & 255), (byte)(index & 255)];
            rows.WriteByte(2);
            for (var i = 0; i < row.Length; i++) rows.WriteByte((byte)(row[i] - previous[i] & 255));
            previous = row;
        }
        var data = Deflate(rows.ToArray());
        var index2 = string.Join(' ', entries.Keys.Select(k => $"{k} 1"));
        Write(own, [.. Encoding.Latin1.GetBytes(
            $"<< /Type /XRef /Size {_size} /W [1 4 2] /Index [{index2}] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >> /Length {data.Length} {trailer} >>\nstream\n"), .. data, .. "\nendstream"u8]);
        return at;
    }

    private static byte[] Deflate(byte[] data)
    {
        var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(data);
        return output.ToArray();
    }
}
