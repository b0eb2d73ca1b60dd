using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Preservation.Testing.Certificates;

/// <summary>Signs a PDF as signing software does: one revision more, with a signature field on the first page (ISO 32000-2 §12.8).</summary>
public static partial class PdfSigner
{
    private const int ContentsBytes = 6000;

    /// <param name="pdf">A file with a classic cross-reference table.</param>
    /// <param name="sign">Makes a detached CMS signature over bytes.</param>
    /// <param name="alter">Changes the page's dictionary on the way, as a forger would; empty for an honest signature.</param>
    public static byte[] Sign(byte[] pdf, Func<byte[], byte[]> sign, Func<string, string>? alter = null)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var trailer = Trailers().Matches(text)[^1];
        var (size, root, previous) = (Number(trailer, "size"), Number(trailer, "root"), Number(trailer, "start"));
        var page = int.Parse(Pages().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        var added = new StringBuilder();
        var places = new SortedDictionary<int, int>();
        void Add(int number, string body)
        {
            places[number] = text.Length + added.Length;
            added.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{body}\nendobj\n");
        }
        Add(root, With(Body(text, root), $"/AcroForm << /Fields [{size + 1} 0 R] /SigFlags 3 >>"));
        Add(page, (alter ?? (b => b))(With(Body(text, page), $"/Annots [{size + 1} 0 R]")));
        Add(size + 1, $"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /V {size} 0 R /Rect [0 0 0 0] /F 132 /P {page} 0 R >>");
        Add(size, $"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 ########## ########## ##########] /Contents <{new string('0', ContentsBytes * 2)}> >>");
        var table = text.Length + added.Length;
        added.Append("xref\n");
        foreach (var (number, place) in places) added.Append(CultureInfo.InvariantCulture, $"{number} 1\n{place:D10} 00000 n \n");
        added.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {size + 2} /Root {root} 0 R /Prev {previous} {Identifiers().Match(text).Value} >>\nstartxref\n{table}\n%%EOF\n");
        return Fill(text + added, sign);
    }

    private static byte[] Fill(string text, Func<byte[], byte[]> sign)
    {
        var open = text.LastIndexOf("/Contents <0", StringComparison.Ordinal) + "/Contents ".Length;
        var end = text.IndexOf('>', open) + 1;
        var ranges = new[] { open, end, text.Length - end };
        var at = text.LastIndexOf("[0 ##########", StringComparison.Ordinal) + "[0 ".Length;
        var filled = text.ToCharArray();
        for (var i = 0; i < ranges.Length; i++) ranges[i].ToString(CultureInfo.InvariantCulture).PadRight(10).CopyTo(0, filled, at + (i * 11), 10);
        var bytes = Encoding.Latin1.GetBytes(filled);
        Encoding.ASCII.GetBytes(Convert.ToHexString(sign([.. bytes[..open], .. bytes[end..]]))).CopyTo(bytes, open + 1);
        return bytes;
    }

    private static string Body(string text, int number)
    {
        var start = text.LastIndexOf(string.Create(CultureInfo.InvariantCulture, $"\n{number} 0 obj\n"), StringComparison.Ordinal);
        start = text.IndexOf("<<", start, StringComparison.Ordinal);
        return text[start..text.IndexOf("endobj", start, StringComparison.Ordinal)].TrimEnd();
    }

    private static string With(string dictionary, string entry) => dictionary[..^2] + entry + " >>";

    private static int Number(Match match, string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"trailer\n<< /Size (?<size>\d+) /Root (?<root>\d+) 0 R.*?startxref\n(?<start>\d+)\n", RegexOptions.Singleline)]
    private static partial Regex Trailers();

    [GeneratedRegex(@"\n(\d+) 0 obj\n<< /Type /Page /Parent")]
    private static partial Regex Pages();

    [GeneratedRegex(@"/ID \[<[0-9A-F]+> <[0-9A-F]+>\]")]
    private static partial Regex Identifiers();
}
