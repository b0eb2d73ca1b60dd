using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>What a workbook's cell formats say about numbers: which are days, and which show leading zeros.</summary>
internal sealed class WorkbookStyles
{
    private const int MaxFormats = 100_000;
    private readonly Dictionary<int, string> _codes = [];
    private readonly List<int> _formats = [];

    public static WorkbookStyles Read(WorkbookStylesPart? part)
    {
        var styles = new WorkbookStyles();
        if (part is null) return styles;
        using var reader = OpenXmlReader.Create(part);
        var isCellFormat = false;
        while (reader.Read())
        {
            if (reader.ElementType == typeof(CellFormats)) isCellFormat = reader.IsStartElement;
            else if (!reader.IsStartElement || styles._formats.Count >= MaxFormats) continue;
            else if (reader.ElementType == typeof(NumberingFormat) && Number(reader, "numFmtId") is { } id) styles._codes[id] = WorkbookReader.Attribute(reader, "formatCode") ?? "";
            else if (isCellFormat && reader.ElementType == typeof(CellFormat)) styles._formats.Add(Number(reader, "numFmtId") ?? 0);
        }
        return styles;
    }

    /// <summary>True when numbers of this style are shown as days.</summary>
    public bool IsDate(int style)
    {
        if (style < 0 || style >= _formats.Count) return false;
        var format = _formats[style];
        if (_codes.TryGetValue(format, out var code)) return HasDay(code);
        return format is >= 14 and <= 17 or 22 or >= 27 and <= 36 or >= 50 and <= 58; // ECMA-376 §18.8.30
    }

    /// <summary>How many digits this style shows at least (format <c>000</c>: 3).</summary>
    public int MinDigits(int style) =>
        style >= 0 && style < _formats.Count && _codes.TryGetValue(_formats[style], out var code) && code.Length is > 0 and < 20 && code.Trim('0').Length == 0 ? code.Length : 0;

    // A day or a year outside quotation marks, brackets and escapes.
    private static bool HasDay(string code)
    {
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '\\') i++;
            else if (code[i] == '"' && code.IndexOf('"', i + 1) is > 0 and var quote) i = quote;
            else if (code[i] == '[' && code.IndexOf(']', i + 1) is > 0 and var bracket) i = bracket;
            else if (code[i] is 'd' or 'D' or 'y' or 'Y') return true;
        }
        return false;
    }

    private static int? Number(OpenXmlReader reader, string attribute) =>
        int.TryParse(WorkbookReader.Attribute(reader, attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
