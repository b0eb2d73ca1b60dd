using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf;

/// <summary>A node of the form (ISO 32000-2 §12.7.4), with what it inherits.</summary>
/// <param name="Number">Object number; zero for a dictionary that is no object of its own.</param>
/// <param name="Name">Fully qualified name.</param>
/// <param name="Type"><c>Tx</c>, <c>Btn</c>, <c>Ch</c>, <c>Sig</c>; empty when nothing says.</param>
/// <param name="Dictionary">As written.</param>
internal sealed record PdfField(int Number, string Name, string Type, PdfObject.Dictionary Dictionary)
{
    /// <summary>Every node of the form in its order, widgets without a name of their own too; bounded in number and depth, and each once.</summary>
    public static IReadOnlyList<PdfField> All(PdfView view, SignatureLimits limits)
    {
        var found = new List<PdfField>();
        var seen = new HashSet<int>();
        if (view.Dictionary(view.Catalog?["AcroForm"]) is { } form)
            foreach (var field in view.Items(form["Fields"])) Walk(field, "", "", 0);
        return found;

        void Walk(PdfObject node, string parent, string inherited, int depth)
        {
            var number = (node as PdfObject.Reference)?.Number ?? 0;
            if (depth > 32 || found.Count >= limits.MaxPdfComparisons || number > 0 && !seen.Add(number)) return;
            if (view.Resolve(node) is not PdfObject.Dictionary dictionary) return;
            var own = view.Resolve(dictionary["T"]) is PdfObject.String text ? Text(text.Bytes) : null;
            var name = own is null ? parent : parent.Length == 0 ? own : parent + "." + own;
            var type = view.Name(dictionary["FT"]) ?? inherited;
            found.Add(new PdfField(number, name, type, dictionary));
            foreach (var kid in view.Items(dictionary["Kids"])) Walk(kid, name, type, depth + 1);
        }
    }

    /// <summary>A text string (§7.9.2.2): UTF-16 or UTF-8 by its mark, else as Latin.</summary>
    public static string Text(byte[] bytes) => bytes switch
    {
        [0xFE, 0xFF, ..] => System.Text.Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2),
        [0xFF, 0xFE, ..] => System.Text.Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2),
        [0xEF, 0xBB, 0xBF, ..] => System.Text.Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3),
        _ => System.Text.Encoding.Latin1.GetString(bytes),
    };
}
