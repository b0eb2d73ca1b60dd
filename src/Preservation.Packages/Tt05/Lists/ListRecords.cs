using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Reads the rows of a table into records and fills what defaults may fill.</summary>
internal sealed class ListRecords(ListVocabulary words, Tt05Defaults defaults, List<Finding> findings)
{
    // Without a column and without a default these cannot be had; a date has one column or three.
    private static readonly ImmutableArray<string> Wanted =
    [
        "file.fileCode", "file.title", "file.maintenance", "file.mode", "file.language", "file.start", "file.end", "file.numberOfPaper", "document.docOrdinal", "document.typeName",
        "document.issued", "document.organName", "document.subject", "document.language", "document.numberOfPage", "document.mode", "document.path",
    ];

    private static readonly HashSet<string> WithoutField = new(StringComparer.Ordinal) { "file.catalogue", "file.box", "document.sheets", "document.type" };

    public List<ListRecord> Read(ListTable table)
    {
        var conversion = new ListConversion(words);
        var filling = new ListDefaulting(defaults);
        var columns = table.Columns.Where(c => c.Field is not null).ToDictionary(c => c.Field!, c => c.Index, StringComparer.Ordinal);
        var gaps = Gaps(table, columns);
        var isBlocked = gaps.Count > 0 || table.Columns.Any(c => c.Field is null && words.FieldsOf(c.Heading).Length > 0);
        var merged = Merged(table);
        var records = new List<ListRecord>(table.Rows.Length);
        foreach (var row in table.Rows)
        {
            var record = new ListRecord(field => Place(table.Sheet, columns, row.Number, field), (table, row));
            foreach (var (field, column) in columns) Take(record, field, row[column], conversion);
            filling.Fill(record, field => columns.TryGetValue(field, out var column) ? table.Sheet.Column(column) : table.Sheet.Path, row.Number);
            foreach (var gap in gaps) record.Bad.Add(gap);
            ListDates.Join(record);
            record.IsBlocked = isBlocked || merged.Exists(m => row.Number >= m.First && row.Number <= m.Last);
            records.Add(record);
        }
        findings.AddRange(filling.Findings());
        findings.AddRange(Kept(table));
        return records;
    }

    // A date without a column of its own stands in that of its days, and the other way round.
    private static string Place(ListSheet sheet, Dictionary<string, int> columns, int row, string field)
    {
        var other = field.EndsWith("Day", StringComparison.Ordinal) ? field[..^"Day".Length] + "Date" : field.EndsWith("Date", StringComparison.Ordinal) ? field[..^"Date".Length] + "Day" : field;
        return columns.TryGetValue(field, out var column) || columns.TryGetValue(other, out column) ? sheet.Cell(row, column) : sheet.Row(row);
    }

    private static void Take(ListRecord record, string field, ListCell cell, ListConversion conversion)
    {
        if (cell.IsEmpty || field == "row.number") return;
        if (cell.Kind == ListCellKind.NoResult)
        {
            record.Find("VN-LIST-FORMULA", field, null, cell.Text);
            record.Bad.Add(field);
        }
        else record.Take(field, conversion.Convert(field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..], cell));
    }

    private List<string> Gaps(ListTable table, Dictionary<string, int> columns)
    {
        var gaps = new List<string>();
        foreach (var field in Wanted)
        {
            string[] names = field is "file.start" or "file.end" or "document.issued" ? [field + "Date", field + "Day", field + "Month", field + "Year"] : [field];
            if (Array.Exists(names, n => columns.ContainsKey(n) || defaults.Values.ContainsKey(n))) continue;
            findings.Add(Tt05ListRules.New("VN-LIST-NO-HEADING", table.Sheet.Path, $"{words.HeadingOf(names.Length == 1 ? field : field + "Day")} ({field})"));
            gaps.Add(names[0]);
        }
        return gaps;
    }

    private List<(int First, int Last)> Merged(ListTable table)
    {
        var ranges = new List<(int, int)>();
        foreach (var range in table.Sheet.Merged)
        {
            var ends = range.Split(':');
            if (ListSheet.ParseCell(ends[0]) is not { } from || ListSheet.ParseCell(ends[^1]) is not { } to || to.Row <= table.HeadingRow) continue;
            findings.Add(Tt05ListRules.New("VN-LIST-MERGED", table.Sheet.Range(range)));
            ranges.Add((from.Row, to.Row));
        }
        return ranges;
    }

    private static IEnumerable<Finding> Kept(ListTable table) =>
        table.Columns.Where(c => c.Field is { } field && WithoutField.Contains(field) && table.Rows.Any(r => !r[c.Index].IsEmpty))
            .Select(c => Tt05ListRules.New("VN-LIST-KEPT", table.Sheet.Column(c.Index), null, c.Heading));
}
