using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>A value that a test writes as a cell of another kind than text.</summary>
public sealed record Written(string Value, CellValues? Type = null, uint Style = 0, string? Formula = null)
{
    public const uint DateStyle = 1;
    public const uint TwoDigitStyle = 2;

    public static Written Number(string value, uint style = 0) => new(value, null, style);

    public static Written Error(string value) => new(value, CellValues.Error);
}

/// <summary>One sheet of a workbook to be made.</summary>
public sealed class Worksheet(string name)
{
    public string Name { get; } = name;

    public List<object?[]> Rows { get; } = [];

    public List<string> Merged { get; } = [];

    public HashSet<int> HiddenRows { get; } = [];

    public SheetStateValues? State { get; init; }
}

/// <summary>Makes workbooks with the Open XML library, as an office program would write them, and CSV of the same rows.</summary>
internal static class Workbooks
{
    public static MemoryStream Xlsx(params Worksheet[] sheets) => Xlsx(isFrom1904: false, isShared: true, sheets);

    public static MemoryStream Xlsx(bool isFrom1904, bool isShared, params Worksheet[] sheets)
    {
        var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var part = document.AddWorkbookPart();
            part.Workbook = new Workbook(new WorkbookProperties { Date1904 = isFrom1904 }, new Sheets());
            part.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
            var strings = new List<string>();
            for (var i = 0; i < sheets.Length; i++)
            {
                var sheet = part.AddNewPart<WorksheetPart>();
                sheet.Worksheet = new DocumentFormat.OpenXml.Spreadsheet.Worksheet(Data(sheets[i], isShared ? strings : null));
                if (sheets[i].Merged.Count > 0) sheet.Worksheet.Append(new MergeCells(sheets[i].Merged.Select(m => new MergeCell { Reference = m })));
                var entry = new Sheet { Name = sheets[i].Name, SheetId = (uint)(i + 1), Id = part.GetIdOfPart(sheet) };
                if (sheets[i].State is { } state) entry.State = state;
                part.Workbook.Sheets!.Append(entry);
            }
            part.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable(strings.Select(Item));
        }
        stream.Position = 0;
        return stream;
    }

    public static MemoryStream Csv(IEnumerable<object?[]> rows, char separator = ',', Encoding? encoding = null)
    {
        static string Quoted(string text, char separator) =>
            text.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) < 0 ? text : '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        var text = string.Concat(rows.Select(r => string.Join(separator, r.Select(c => Quoted(c is Written w ? w.Value : c?.ToString() ?? "", separator))) + "\r\n"));
        encoding ??= new UTF8Encoding(false);
        return new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
    }

    // Two runs and a phonetic hint, as office programs write them: the hint is no content.
    private static SharedStringItem Item(string text) => new(
        new Run(new Text(text[..(text.Length / 2)]) { Space = SpaceProcessingModeValues.Preserve }),
        new Run(new Text(text[(text.Length / 2)..]) { Space = SpaceProcessingModeValues.Preserve }),
        new PhoneticRun(new Text("phonetic")) { BaseTextStartIndex = 0, EndingBaseIndex = 1 });

    private static SheetData Data(Worksheet sheet, List<string>? strings)
    {
        var data = new SheetData();
        for (var r = 0; r < sheet.Rows.Count; r++)
        {
            var row = new Row { RowIndex = (uint)(r + 1) };
            if (sheet.HiddenRows.Contains(r + 1)) row.Hidden = true;
            for (var c = 0; c < sheet.Rows[r].Length; c++)
                if (sheet.Rows[r][c] is { } value) row.Append(Cell(value, Letters(c) + (r + 1).ToString(CultureInfo.InvariantCulture), strings));
            data.Append(row);
        }
        return data;
    }

    private static Cell Cell(object value, string reference, List<string>? strings)
    {
        if (value is Written written)
        {
            var cell = new Cell { CellReference = reference, StyleIndex = written.Style };
            if (written.Formula is not null) cell.Append(new CellFormula(written.Formula));
            if (written.Value.Length > 0) cell.Append(new CellValue(written.Value));
            if (written.Type is { } type) cell.DataType = type;
            return cell;
        }
        if (strings is null) return new Cell(new InlineString(new Text(value.ToString()!))) { CellReference = reference, DataType = CellValues.InlineString };
        strings.Add(value.ToString()!);
        return new Cell(new CellValue((strings.Count - 1).ToString(CultureInfo.InvariantCulture))) { CellReference = reference, DataType = CellValues.SharedString };
    }

    private static Stylesheet Styles() => new(
        new NumberingFormats(new NumberingFormat { NumberFormatId = 164, FormatCode = "00" }),
        new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()),
        new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 14, ApplyNumberFormat = true }, new CellFormat { NumberFormatId = 164, ApplyNumberFormat = true }));

    public static string Letters(int column) => column < 26 ? ((char)('A' + column)).ToString() : (char)('A' + column / 26 - 1) + Letters(column % 26);
}
