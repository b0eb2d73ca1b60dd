using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>The rows of a dossier as they stood in the list, kept in its package as CSV: what no field takes is not lost.</summary>
internal static class ListDocumentation
{
    public static ImmutableArray<Tt05SourceDocumentation> Make(ImmutableArray<ListRecord> records)
    {
        var files = ImmutableArray.CreateBuilder<Tt05SourceDocumentation>();
        foreach (var table in records.Where(r => r.Source is not null).GroupBy(r => r.Source!.Value.Table))
        {
            var name = files.Count == 0 ? "list.csv" : $"list-{(files.Count + 1).ToString(CultureInfo.InvariantCulture)}.csv";
            files.Add(new Tt05SourceDocumentation(name, null, Write(table.Key, table.Select(r => r.Source!.Value.Row))));
        }
        files.AddRange(records.SelectMany(r => r.Documentation).DistinctBy(d => d.File));
        return files.ToImmutable();
    }

    private static byte[] Write(ListTable table, IEnumerable<ListRow> rows)
    {
        using var buffer = new MemoryStream();
        using (var csv = CsvWriter.Create(buffer, null, leaveOpen: true))
        {
            foreach (var column in table.Columns) csv.WriteField(column.Heading);
            csv.EndRecord();
            foreach (var row in rows)
            {
                foreach (var column in table.Columns) csv.WriteField(row[column.Index].Text ?? "");
                csv.EndRecord();
            }
        }
        return buffer.ToArray();
    }
}
