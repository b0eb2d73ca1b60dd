using System.Globalization;
using System.Security;
using System.Text;

namespace Preservation.Workflow.Documents;

/// <summary>
/// A document that is made once and kept: headings, paragraphs and tables set over A4 pages as PDF/A-2b (ISO 19005-2), with embedded fonts whose text can be
/// searched. Colours are calibrated grey, so that no output profile is needed. The same calls make the same bytes.
/// </summary>
public sealed class PdfDocument : IDisposable
{
    private const double Margin = 42;
    private const double Foot = 30;
    private const double LineHeight = 1.35;
    private readonly DocumentDescription _description;
    private readonly PdfObjects _file = new();
    private readonly DocumentFont _regular;
    private readonly DocumentFont _bold;
    private readonly int _pageTree;
    private readonly int _fontList;
    private readonly List<(int Page, int Body)> _pages = [];
    private readonly double _width;
    private readonly double _height;
    private StringBuilder? _page;
    private double _y;
    private bool _isEnded;

    /// <summary>Begins an empty document.</summary>
    /// <exception cref="FontMissingException">The fonts cannot be had.</exception>
    public PdfDocument(DocumentFonts fonts, DocumentDescription description)
    {
        ArgumentNullException.ThrowIfNull(fonts);
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        (_regular, _bold) = (new DocumentFont(fonts.Regular, "R"), new DocumentFont(fonts.Bold, "B"));
        (_width, _height) = description.IsWide ? (841.89, 595.28) : (595.28, 841.89);
        (_pageTree, _fontList) = (_file.Reserve(), _file.Reserve());
    }

    private double TextWidth => _width - (2 * Margin);

    /// <summary>A heading; it stays with at least a few lines of what follows.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="level">1 is the title, in the middle; 2 and 3 are within.</param>
    public void Heading(string text, int level)
    {
        var size = level switch { 1 => 16.0, 2 => 12.0, _ => 10.5 };
        var lines = Wrap(text, _bold, size, TextWidth);
        if (_page is not null && level > 1) _y -= size * 0.8;
        Need((lines.Count * size * LineHeight) + (level == 1 ? 0 : 40));
        foreach (var line in lines) Line(line, _bold, size, level == 1 ? Margin + ((TextWidth - _bold.WidthOf(line, size)) / 2) : Margin);
        _y -= size * 0.35;
    }

    /// <summary>A paragraph.</summary>
    public void Paragraph(string text, double size = 10)
    {
        foreach (var line in Wrap(text, _regular, size, TextWidth))
        {
            Need(size * LineHeight);
            Line(line, _regular, size, Margin);
        }
        _y -= size * 0.5;
    }

    /// <summary>A table; its titles are repeated on every page, a row that is higher than a page goes on on the next.</summary>
    public void Table(IReadOnlyList<DocumentColumn> columns, IEnumerable<IReadOnlyList<string>> rows, double size = 7.5)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var whole = columns.Sum(c => c.Weight);
        var widths = columns.Select(c => c.Weight / whole * TextWidth).ToArray();
        var titles = columns.Select((c, i) => Wrap(c.Title, _bold, size, widths[i] - 6)).ToArray();
        Need(((titles.Max(t => t.Count) + 2) * size * LineHeight) + 8);
        Row(columns, widths, titles, _bold, size, isTitle: true);
        foreach (var row in rows)
        {
            if (row.Count != columns.Count) throw new ArgumentException($"a row has {row.Count} cells, the table {columns.Count} columns", nameof(rows));
            var cells = row.Select((c, i) => Wrap(c, _regular, size, widths[i] - 6)).ToArray();
            while (true)
            {
                var room = (int)((_y - Margin - Foot - 6) / (size * LineHeight));
                var lines = cells.Max(c => c.Count);
                if (lines <= room || room >= 5)
                {
                    Row(columns, widths, [.. cells.Select(c => c.Take(room).ToList())], _regular, size, isTitle: false);
                    if (lines <= room) break;
                    cells = [.. cells.Select(c => c.Skip(room).ToList())];
                }
                NewPage();
                Row(columns, widths, titles, _bold, size, isTitle: true);
            }
        }
        _y -= size;
    }

    /// <summary>Places for persons to sign, side by side: what they are, and room above a line for the name.</summary>
    public void SignaturePlaces(params IReadOnlyList<(string Position, string Name)> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        Need(110);
        var (top, width) = (_y - 12, TextWidth / Math.Max(1, places.Count));
        for (var i = 0; i < places.Count; i++)
        {
            _y = top;
            foreach (var line in Wrap(places[i].Position, _bold, 10, width - 12)) Line(line, _bold, 10, Margin + (i * width));
            _y = top - 70;
            foreach (var line in Wrap(places[i].Name, _regular, 10, width - 12)) Line(line, _regular, 10, Margin + (i * width));
        }
        _y = top - 96;
    }

    /// <summary>Ends the document and gives its bytes.</summary>
    /// <exception cref="InvalidOperationException">It was ended before.</exception>
    public byte[] ToPdf()
    {
        if (_isEnded) throw new InvalidOperationException("the document was ended before");
        _isEnded = true;
        if (_page is null) NewPage();
        EndPage();
        for (var i = 0; i < _pages.Count; i++)
        {
            var foot = new StringBuilder(Colours);
            var number = string.Create(CultureInfo.InvariantCulture, $"{_description.PageWord} {i + 1}/{_pages.Count}");
            Show(foot, _description.Title.Normalize(), _regular, 7.5, Margin, Foot);
            Show(foot, number, _regular, 7.5, _width - Margin - _regular.WidthOf(number, 7.5), Foot);
            var content = _file.AddStream("", Encoding.ASCII.GetBytes(foot.ToString()));
            _file.Write(_pages[i].Page, string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent {_pageTree} 0 R /MediaBox [0 0 {_width} {_height}] /Contents [{_pages[i].Body} 0 R {content} 0 R] /Resources << /ColorSpace << /G [/CalGray << /WhitePoint [0.9505 1 1.089] /Gamma 2.2 >>] >> /Font {_fontList} 0 R >> >>"));
        }
        var (regular, bold) = (_regular.Write(_file), _bold.Write(_file));
        _file.Write(_fontList, $"<< /{_regular.Resource} {regular} 0 R /{_bold.Resource} {bold} 0 R >>");
        _file.Write(_pageTree, $"<< /Type /Pages /Count {_pages.Count} /Kids [{string.Join(' ', _pages.Select(p => $"{p.Page} 0 R"))}] >>");
        var metadata = _file.AddStream(" /Type /Metadata /Subtype /XML", Encoding.UTF8.GetBytes(Metadata()), isCompressed: false);
        return _file.End(_file.Add($"<< /Type /Catalog /Pages {_pageTree} 0 R /Metadata {metadata} 0 R /Lang ({_description.Language}) /ViewerPreferences << /DisplayDocTitle true >> >>"));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private const string Colours = "/G cs 0 sc /G CS 0 SC 0.5 w\n";

    private void Row(IReadOnlyList<DocumentColumn> columns, double[] widths, List<string>[] cells, DocumentFont font, double size, bool isTitle)
    {
        var (top, height) = (_y, (cells.Max(c => c.Count) * size * LineHeight) + 5);
        if (isTitle) _page!.Append(CultureInfo.InvariantCulture, $"0.85 sc {Margin:0.##} {top - height:0.##} {TextWidth:0.##} {height:0.##} re f 0 sc\n");
        var x = Margin;
        for (var i = 0; i < columns.Count; x += widths[i], i++)
        {
            _y = top - 2;
            foreach (var line in cells[i]) Line(line, font, size, columns[i].IsNumber ? x + widths[i] - 3 - font.WidthOf(line, size) : x + 3);
        }
        _y = top - height;
        _page!.Append(CultureInfo.InvariantCulture, $"{Margin:0.##} {_y:0.##} m {Margin + TextWidth:0.##} {_y:0.##} l S\n");
    }

    private void Line(string text, DocumentFont font, double size, double x)
    {
        _y -= size * LineHeight;
        Show(_page!, text, font, size, x, _y + (size * 0.3));
    }

    private static void Show(StringBuilder page, string text, DocumentFont font, double size, double x, double y)
    {
        if (text.Length > 0) page.Append(CultureInfo.InvariantCulture, $"BT /{font.Resource} {size:0.##} Tf {x:0.##} {y:0.##} Td {font.Encode(text)} Tj ET\n");
    }

    private void Need(double height)
    {
        if (_page is null || _y - height < Margin + Foot) NewPage();
    }

    private void NewPage()
    {
        EndPage();
        _page = new StringBuilder(Colours);
        _y = _height - Margin;
    }

    private void EndPage()
    {
        if (_page is null) return;
        _pages.Add((_file.Reserve(), _file.AddStream("", Encoding.ASCII.GetBytes(_page.ToString()))));
        _page = null;
    }

    private static List<string> Wrap(string text, DocumentFont font, double size, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in Printable(text).Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' '))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (font.WidthOf(longer, size) <= width)
                {
                    line = longer;
                    continue;
                }
                if (line.Length > 0) lines.Add(line);
                line = Break(word, font, size, width, lines);
            }
            lines.Add(line);
        }
        return lines;
    }

    // What has no place to break, such as an address or a digest, is broken where the line is full; the rest is given back.
    private static string Break(string word, DocumentFont font, double size, double width, List<string> lines)
    {
        var line = new StringBuilder();
        var used = 0.0;
        foreach (var rune in word.EnumerateRunes())
        {
            var wide = font.WidthOf(rune.ToString(), size);
            if (used + wide > width && line.Length > 0)
            {
                lines.Add(line.ToString());
                line.Clear();
                used = 0;
            }
            line.Append(rune.ToString());
            used += wide;
        }
        return line.ToString();
    }

    // Composed letters, so that each has its own glyph; what moves no pen and shows nothing is shown as a mark. Lone surrogates count as such.
    private static string Printable(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == '\n' ? "\n" : Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format ? "\uFFFD" : rune.ToString());
        return clean.ToString().Normalize();
    }

    private string Metadata()
    {
        static string E(string text) => SecurityElement.Escape(text) ?? "";
        var made = _description.MadeAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"""
            <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{E(Printable(_description.Title))}</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>{E(_description.Language)}</rdf:li></rdf:Bag></dc:language>
            <xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate><xmp:CreatorTool>{E(_description.Producer)}</xmp:CreatorTool><pdf:Producer>{E(_description.Producer)}</pdf:Producer>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """;
    }
}
