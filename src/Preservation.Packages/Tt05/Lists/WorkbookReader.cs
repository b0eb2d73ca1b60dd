using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// Reads the visible sheets of an Office Open XML workbook element by element. The zip's directory is judged by the same limits as a
/// package's before any part is opened; each part has a bound on its characters.
/// </summary>
internal sealed class WorkbookReader
{
    private readonly string _file;
    private readonly Limits _limits;
    private readonly List<Finding> _findings = [];
    private readonly List<string> _strings = [];
    private readonly ListCounter _counter;
    private WorkbookStyles _styles = null!;
    private bool _isFrom1904;

    private WorkbookReader(string file, Limits limits)
    {
        _file = file;
        _limits = limits;
        _counter = new ListCounter(file, limits, _findings);
    }

    /// <summary>The visible sheets; none, with a finding, when the workbook cannot be read.</summary>
    public static (List<ListSheet> Sheets, List<Finding> Findings) Read(Stream workbook, string file, Limits limits)
    {
        var reader = new WorkbookReader(file, limits);
        try
        {
            return (reader.JudgeZip(workbook) ? reader.ReadSheets(workbook) : [], reader._findings);
        }
        catch (Exception e) when (e is OpenXmlPackageException or FormatException or InvalidDataException or XmlException or ArgumentException
            or InvalidOperationException or KeyNotFoundException or OverflowException or NotSupportedException)
        {
            // The packaging library has no one exception for bad content; each of these is its answer to some damage.
            reader._findings.Add(Tt05ListRules.New("VN-LIST-UNREADABLE", file, ".xlsx"));
            return ([], reader._findings);
        }
    }

    internal static string? Attribute(OpenXmlReader reader, string name)
    {
        foreach (var attribute in reader.Attributes)
            if (attribute.LocalName == name) return attribute.Value;
        return null;
    }

    private bool JudgeZip(Stream workbook)
    {
        workbook.Position = 0;
        var judge = new ArchiveJudge(_limits);
        using (var zip = new ZipArchive(workbook, ZipArchiveMode.Read, leaveOpen: true))
            foreach (var entry in zip.Entries)
            {
                judge.Look(new FileEntry(entry.FullName.TrimEnd('/'), entry.Length, EntryKind.File), entry.CompressedLength, entry.IsEncrypted);
                if (entry.Length > _limits.MaxListCharacters) _findings.Add(new Finding(ArchiveRules.MetadataBytes, $"{_file}#{entry.FullName}", Text(_limits.MaxListCharacters), Text(entry.Length)));
                if (!judge.MayContinue) break;
            }
        _findings.AddRange(judge.Findings.Select(f => f with { Path = f.Path.Length == 0 ? _file : $"{_file}#{f.Path}" }));
        workbook.Position = 0;
        return !_findings.Exists(f => f.Rule.Severity == Severity.Error);
    }

    private List<ListSheet> ReadSheets(Stream workbook)
    {
        using var document = SpreadsheetDocument.Open(workbook, isEditable: false, new OpenSettings { MaxCharactersInPart = _limits.MaxListCharacters });
        var part = document.WorkbookPart ?? throw new InvalidDataException("no workbook part");
        _styles = WorkbookStyles.Read(part.WorkbookStylesPart);
        if (part.SharedStringTablePart is { } strings) ReadStrings(strings);
        var sheets = new List<ListSheet>();
        foreach (var (name, id, isHidden) in Names(part))
        {
            if (_counter.IsFull) break;
            var sheet = new ListSheet(_file, name);
            if (isHidden) _findings.Add(Tt05ListRules.New("VN-LIST-HIDDEN-SHEET", sheet.Path));
            else if (part.GetPartById(id) is WorksheetPart worksheet)
            {
                ReadSheet(worksheet, sheet);
                sheets.Add(sheet);
            }
        }
        return sheets;
    }

    private List<(string Name, string Id, bool IsHidden)> Names(WorkbookPart part)
    {
        var names = new List<(string, string, bool)>();
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (!reader.IsStartElement) continue;
            if (reader.ElementType == typeof(WorkbookProperties)) _isFrom1904 = Attribute(reader, "date1904") is "1" or "true";
            if (reader.ElementType == typeof(Sheet))
                names.Add((Attribute(reader, "name") ?? "", Attribute(reader, "id") ?? "", Attribute(reader, "state") is "hidden" or "veryHidden"));
        }
        return names;
    }

    private void ReadStrings(SharedStringTablePart part)
    {
        using var reader = OpenXmlReader.Create(part);
        var text = new StringBuilder();
        while (reader.Read() && !_counter.IsFull)
        {
            if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement) ReadText(reader, typeof(SharedStringItem), text);
            if (reader.ElementType == typeof(SharedStringItem) && reader.IsEndElement)
            {
                _counter.Characters(text.Length + 1);
                _strings.Add(text.ToString());
                text.Clear();
            }
        }
    }

    // All text of an element but the phonetic help beside it; stops at the element's end.
    private static void ReadText(OpenXmlReader reader, Type owner, StringBuilder text)
    {
        var isPhonetic = false;
        while (!(reader.ElementType == owner && reader.IsEndElement) && reader.Read())
        {
            if (reader.ElementType == typeof(PhoneticRun)) isPhonetic = reader.IsStartElement;
            else if (!isPhonetic && reader.IsStartElement && reader.ElementType == typeof(Text)) text.Append(reader.GetText());
        }
    }

    private void ReadSheet(WorksheetPart part, ListSheet sheet)
    {
        using var reader = OpenXmlReader.Create(part);
        var (row, column, isHidden) = (0, 0, false);
        var hidden = new List<int>();
        var cells = new List<ListCell>();
        while (reader.Read() && !_counter.IsFull)
        {
            if (reader.ElementType == typeof(Row) && reader.IsStartElement)
            {
                isHidden = Attribute(reader, "hidden") is "1" or "true";
                (row, column) = (int.TryParse(Attribute(reader, "r"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : checked(row + 1), 0);
            }
            if (reader.ElementType == typeof(Cell) && reader.IsStartElement) column = ReadCell(reader, sheet, row, column, cells);
            if (reader.ElementType == typeof(Row) && reader.IsEndElement && cells.Count > 0)
            {
                if (cells.Exists(c => !c.IsEmpty) && _counter.Row()) sheet.Rows.Add(new ListRow(row, [.. cells]));
                if (isHidden) hidden.Add(row);
                cells.Clear();
            }
            if (reader.ElementType == typeof(MergeCell) && reader.IsStartElement && sheet.Merged.Count < _limits.MaxListRows && Attribute(reader, "ref") is { } merged) sheet.Merged.Add(merged);
        }
        if (hidden.Count > 0) _findings.Add(Tt05ListRules.New("VN-LIST-HIDDEN-ROWS", sheet.Path, Text(hidden[0]), Text(hidden.Count)));
    }

    // A cell that does not say where it stands follows the one before; the column after it is the answer.
    private int ReadCell(OpenXmlReader reader, ListSheet sheet, int row, int next, List<ListCell> cells)
    {
        var column = Attribute(reader, "r") is { } reference && ListSheet.ParseCell(reference) is { } place ? place.Column : next;
        var type = Attribute(reader, "t");
        _ = int.TryParse(Attribute(reader, "s"), NumberStyles.None, CultureInfo.InvariantCulture, out var style);
        var text = new StringBuilder();
        var hasFormula = false;
        while (!(reader.ElementType == typeof(Cell) && reader.IsEndElement) && reader.Read())
        {
            if (!reader.IsStartElement) continue;
            if (reader.ElementType == typeof(CellValue)) text.Append(reader.GetText());
            else if (reader.ElementType == typeof(InlineString)) ReadText(reader, typeof(InlineString), text);
            else if (reader.ElementType == typeof(CellFormula)) hasFormula = true;
        }
        var cell = Value(text.ToString(), type, style, hasFormula);
        if (cell.IsEmpty || !_counter.Column(sheet, row, column)) return column + 1;
        while (cells.Count <= column) cells.Add(default);
        cells[column] = cell;
        _counter.Characters(cell.Text!.Length);
        return column + 1;
    }

    private ListCell Value(string text, string? type, int style, bool hasFormula)
    {
        if (type == "e") return new ListCell(text.Length is > 0 and < 20 ? text : "#?", ListCellKind.NoResult);
        if (text.Length == 0) return hasFormula ? new ListCell("–", ListCellKind.NoResult) : default;
        switch (type)
        {
            case "s":
                var isIndex = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
                return isIndex && index < _strings.Count ? new ListCell(_strings[index]) : new ListCell("#s", ListCellKind.NoResult);
            case "inlineStr" or "str" or "b": return new ListCell(text);
            case "d":
                return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Day(day) : new ListCell(text);
            default: return Number(text, style);
        }
    }

    private ListCell Number(string text, int style)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return new ListCell(text);
        if (_styles.IsDate(style) && number is >= 1 and < 2_958_466) return Day(DateTime.FromOADate(Serial(number)));
        if (number != Math.Floor(number) || Math.Abs(number) >= 1e15) return new ListCell(text);
        return new ListCell(((long)number).ToString("D" + _styles.MinDigits(style).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    // Day 60 of the 1900 system is a 29 February that never was (ECMA-376 §18.17.4.1); the other system begins 1462 days later.
    private double Serial(double number) => _isFrom1904 ? Math.Min(number + 1462, 2_958_465) : number < 60 ? number + 1 : number;

    private static ListCell Day(DateTime day) => new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ListCellKind.Date);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
