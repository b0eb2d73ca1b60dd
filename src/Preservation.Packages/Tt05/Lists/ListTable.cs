using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// The table on a sheet: its row of headings, found among the first rows, and the rows below. A heading that the worksheet has twice is the
/// dossier's first and the document's second; standing alone it belongs to whichever side of the first document column it stands on.
/// </summary>
internal sealed class ListTable
{
    private const int MaxTitleRows = 30;
    private const int MinHeadings = 3;

    private ListTable(ListSheet sheet, ListRow heading, ImmutableArray<ListColumn> columns, IEnumerable<ListRow> rows)
    {
        Sheet = sheet;
        HeadingRow = heading.Number;
        Columns = columns;
        Rows = [.. rows];
    }

    public ListSheet Sheet { get; }

    public int HeadingRow { get; }

    public ImmutableArray<ListColumn> Columns { get; }

    public ImmutableArray<ListRow> Rows { get; }

    /// <summary>The table of a sheet, or null when no row has the headings of one.</summary>
    public static ListTable? Find(ListSheet sheet, ListVocabulary words, List<Finding> findings)
    {
        var known = sheet.Rows.Take(MaxTitleRows).Select((row, i) => (Row: row, Index: i, Count: row.Cells.Count(c => !c.IsEmpty && words.FieldsOf(c.Text!).Length > 0)))
            .OrderByDescending(r => r.Count).ThenBy(r => r.Index).FirstOrDefault();
        if (known.Count < MinHeadings) return null;
        var columns = Read(sheet, known.Row, words, findings);
        var rows = sheet.Rows.Skip(known.Index + 1).SkipWhile(IsNumbering);
        var table = new ListTable(sheet, known.Row, columns, rows);
        table.CheckCells(findings);
        return table;
    }

    private static ImmutableArray<ListColumn> Read(ListSheet sheet, ListRow row, ListVocabulary words, List<Finding> findings)
    {
        var columns = row.Cells.Select((cell, i) => (Index: i, Heading: cell.IsEmpty ? "" : ListText.Clean(cell.Text!))).Where(c => c.Heading.Length > 0)
            .Select(c => (c.Index, c.Heading, Fields: words.FieldsOf(c.Heading))).ToList();
        var anchor = columns.Where(c => c.Fields.Length == 1 && IsDocument(c.Fields[0])).Select(c => c.Index).DefaultIfEmpty(int.MaxValue).Min();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<ListColumn>();
        foreach (var (index, heading, fields) in columns)
        {
            var field = Choose(fields, index, anchor, columns.Where(c => c.Fields.SequenceEqual(fields)).Select(c => c.Index).ToList());
            if (fields.Length == 0) findings.Add(Tt05ListRules.New("VN-LIST-UNKNOWN-HEADING", sheet.Column(index), null, heading));
            else if (!taken.Add(field!))
            {
                findings.Add(Tt05ListRules.New("VN-LIST-HEADING-TWICE", sheet.Cell(row.Number, index), null, heading));
                field = null;
            }
            else if (fields.Length > 1 && columns.Count(c => c.Fields.SequenceEqual(fields)) == 1)
                findings.Add(Tt05ListRules.New("VN-LIST-NO-ANCHOR", sheet.Cell(row.Number, index), field, heading));
            read.Add(new ListColumn(index, heading, field));
        }
        return read.ToImmutable();
    }

    private static string? Choose(string[] fields, int index, int anchor, List<int> same)
    {
        if (fields.Length <= 1) return fields.FirstOrDefault();
        var isDocument = same.Count > 1 ? index != same[0] : index > anchor;
        return Array.Find(fields, f => IsDocument(f) == isDocument) ?? fields[0];
    }

    private static bool IsDocument(string field) => field.StartsWith("document.", StringComparison.Ordinal);

    // Some lists number their columns below the headings: 1, 2, 3 … or (1), (2), (3) …
    private static bool IsNumbering(ListRow row)
    {
        var numbers = row.Cells.Select((c, i) => (c.Text, i)).Where(c => !string.IsNullOrWhiteSpace(c.Text)).ToList();
        return numbers.Count > MinHeadings && numbers.TrueForAll(c => c.Text!.Trim(' ', '(', ')') == (c.i + 1).ToString(CultureInfo.InvariantCulture));
    }

    // Once for each column, at its first cell.
    private void CheckCells(List<Finding> findings)
    {
        var seen = Columns.Select(c => c.Index).ToHashSet();
        foreach (var row in Rows)
            for (var i = 0; i < row.Cells.Length; i++)
                if (!row.Cells[i].IsEmpty && seen.Add(i)) findings.Add(Tt05ListRules.New("VN-LIST-OUTSIDE-TABLE", Sheet.Cell(row.Number, i)));
    }
}
