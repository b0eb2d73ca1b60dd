using System.Globalization;
using System.Text;

namespace Preservation.Workflow.Documents;

/// <summary>A font within one document: it gathers which glyphs are used and puts them, and what they stand for, into the file.</summary>
internal sealed class DocumentFont(TrueTypeFont font, string resource)
{
    private const int Replacement = 0xFFFD;
    private readonly SortedDictionary<int, int> _used = [];

    /// <summary>The name pages call it by.</summary>
    public string Resource { get; } = resource;

    /// <summary>Width in points.</summary>
    public double WidthOf(string text, double size) => text.EnumerateRunes().Sum(r => font.WidthOf(GlyphOf(r.Value))) * size / 1000;

    /// <summary>The text as a string of two-byte glyph numbers. A character that the font lacks is shown as such: a document never refers to the glyph that stands for none (ISO 19005-2 §6.2.11.8).</summary>
    public string Encode(string text)
    {
        var hex = new StringBuilder("<");
        foreach (var rune in text.EnumerateRunes())
        {
            var glyph = GlyphOf(rune.Value);
            _used.TryAdd(glyph, font.GlyphOf(rune.Value) == 0 ? Replacement : rune.Value);
            hex.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }
        return hex.Append('>').ToString();
    }

    /// <summary>Puts the font into the file; gives its object.</summary>
    public int Write(PdfObjects file)
    {
        var name = Tag() + "+" + font.Name;
        var program = font.Subset(_used.Keys);
        var content = file.AddStream($" /Length1 {program.Length}", program);
        var descriptor = file.Add(string.Create(CultureInfo.InvariantCulture,
            $"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{string.Join(' ', font.Box)}] /ItalicAngle 0 /Ascent {font.Ascent} /Descent {font.Descent} /CapHeight {font.CapHeight} /StemV 80 /FontFile2 {content} 0 R >>"));
        var widths = string.Join(' ', _used.Keys.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g} [{font.WidthOf(g)}]")));
        var descendant = file.Add($"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /W [{widths}] /CIDToGIDMap /Identity >>");
        var unicode = file.AddStream("", Encoding.ASCII.GetBytes(ToUnicode()));
        return file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    private int GlyphOf(int codePoint) => font.GlyphOf(codePoint) is not 0 and var glyph ? glyph : font.GlyphOf(Replacement) is not 0 and var other ? other : font.GlyphOf('?');

    // Six letters that differ when the used glyphs do.
    private string Tag()
    {
        uint hash = 2166136261;
        foreach (var glyph in _used.Keys) hash = unchecked((hash ^ (uint)glyph) * 16777619);
        var tag = new char[6];
        for (var i = 0; i < 6; i++, hash /= 26) tag[i] = (char)('A' + (hash % 26));
        return new string(tag);
    }

    private string ToUnicode()
    {
        var text = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        foreach (var block in _used.Chunk(100))
        {
            text.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (glyph, codePoint) in block)
                text.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(char.ConvertFromUtf32(codePoint)))}>\n");
            text.Append("endbfchar\n");
        }
        return text.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
