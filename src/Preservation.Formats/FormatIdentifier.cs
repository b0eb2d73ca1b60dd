using System.Text;

namespace Preservation.Formats;

/// <summary>
/// Identifies the formats of Circular 05/2025 Annex III §8 by a small table of PRONOM identifiers. Looks at a bounded head of the
/// file only; PRONOM's full signature file takes this table's place when format identification gets its own work.
/// </summary>
public static class FormatIdentifier
{
    /// <summary>How many bytes of a file's head are looked at; more are ignored.</summary>
    public const int HeadBytes = 64 * 1024;

    /// <summary>Version of the table, kept with every result.</summary>
    public const string TableVersion = "preservation-formats 1";

    /// <summary>The format, or null when nothing in the table fits: unknown is an answer, not a guess.</summary>
    public static FormatMatch? Identify(string path, ReadOnlySpan<byte> head)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (head.Length > HeadBytes) head = head[..HeadBytes];
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (head.StartsWith("%PDF-"u8)) return Pdf(head);
        if (head.StartsWith("PK\u0003\u0004"u8)) return Zip(head, extension);
        foreach (var (magic, offset, match) in SignatureTable.Rows)
            if (head.Length >= offset + magic.Length && head.Slice(offset, magic.Length).SequenceEqual(magic)) return match;
        return Text(head, extension);
    }

    private static FormatMatch Pdf(ReadOnlySpan<byte> head)
    {
        var part = ValueAfter(head, "pdfaid:part"u8);
        var conformance = ValueAfter(head, "pdfaid:conformance"u8);
        if (part != 0 && SignatureTable.PdfA.TryGetValue($"{part}{char.ToLowerInvariant(conformance == 0 ? 'b' : conformance)}", out var puid))
            return new FormatMatch(puid, "Acrobat PDF/A - Portable Document Format", $"{part}{char.ToLowerInvariant(conformance == 0 ? 'b' : conformance)}", "application/pdf", MatchBasis.Signature);
        var version = head.Length >= 8 ? Encoding.ASCII.GetString(head[5..8]) : "";
        return new FormatMatch(SignatureTable.Pdf.GetValueOrDefault(version, "fmt/18"), "Acrobat PDF - Portable Document Format",
            SignatureTable.Pdf.ContainsKey(version) ? version : "", "application/pdf", MatchBasis.Signature);
    }

    // pdfaid:part="2" or <pdfaid:part>2</pdfaid:part>
    private static char ValueAfter(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        var at = head.IndexOf(name);
        if (at < 0) return '\0';
        foreach (var b in head[(at + name.Length)..])
        {
            if (char.IsAsciiLetterOrDigit((char)b)) return (char)b;
            if (b is not ((byte)'=' or (byte)'"' or (byte)'\'' or (byte)'>' or (byte)' ')) return '\0';
        }
        return '\0';
    }

    private static FormatMatch Zip(ReadOnlySpan<byte> head, string extension)
    {
        if (head.IndexOf("mimetypeapplication/vnd.oasis.opendocument.text"u8) >= 0) return new("fmt/136", "OpenDocument Text", "1.0", "application/vnd.oasis.opendocument.text", MatchBasis.Container);
        if (head.IndexOf("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"u8) >= 0) return new("fmt/137", "OpenDocument Spreadsheet", "1.0", "application/vnd.oasis.opendocument.spreadsheet", MatchBasis.Container);
        if (head.IndexOf("mimetypeapplication/vnd.oasis.opendocument.presentation"u8) >= 0) return new("fmt/138", "OpenDocument Presentation", "1.0", "application/vnd.oasis.opendocument.presentation", MatchBasis.Container);
        if (head.IndexOf("mimetypeapplication/vnd.etsi.asic-e+zip"u8) >= 0) return new("fmt/1855", "Associated Signature Container Extended", "", "application/vnd.etsi.asic-e+zip", MatchBasis.Container);
        if (head.IndexOf("word/"u8) >= 0 || (extension == ".docx" && head.IndexOf("[Content_Types].xml"u8) >= 0)) return new("fmt/412", "Microsoft Word for Windows", "2007 onwards", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", MatchBasis.Container);
        if (head.IndexOf("xl/"u8) >= 0 || (extension == ".xlsx" && head.IndexOf("[Content_Types].xml"u8) >= 0)) return new("fmt/214", "Microsoft Excel for Windows", "2007 onwards", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MatchBasis.Container);
        if (head.IndexOf("ppt/"u8) >= 0 || (extension == ".pptx" && head.IndexOf("[Content_Types].xml"u8) >= 0)) return new("fmt/215", "Microsoft Powerpoint for Windows", "2007 onwards", "application/vnd.openxmlformats-officedocument.presentationml.presentation", MatchBasis.Container);
        return new("x-fmt/263", "ZIP Format", "", "application/zip", MatchBasis.Signature);
    }

    private static FormatMatch? Text(ReadOnlySpan<byte> head, string extension)
    {
        if (head.IsEmpty || head.Contains((byte)0)) return null;
        var start = head.StartsWith("\ufeff"u8) ? head[3..] : head;
        if (start.TrimStart(" \t\r\n"u8).StartsWith("<?xml"u8)) return new("fmt/101", "Extensible Markup Language", "1.0", "application/xml", MatchBasis.Signature);
        if (start.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] && (head.IndexOf("<html"u8) >= 0 || head.IndexOf("<!DOCTYPE html"u8) >= 0)) return new("fmt/471", "Hypertext Markup Language", "5", "text/html", MatchBasis.Text);
        foreach (var b in head)
            if (b < 9 || b is > 13 and < 32 and not 27) return null;
        return extension switch
        {
            ".csv" => new("x-fmt/18", "Comma Separated Values", "", "text/csv", MatchBasis.Extension),
            ".json" => new("fmt/817", "JSON Data Interchange Format", "", "application/json", MatchBasis.Extension),
            _ => new("x-fmt/111", "Plain Text File", "", "text/plain", MatchBasis.Text),
        };
    }
}
