using System.Collections.Immutable;
using System.Text;
using Npgsql;

namespace Preservation.Workflow.Rebuild;

/// <summary>A table that the journal carries, as the database itself describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns the journal has, in the table's order; what the trigger omits is not among them.</param>
/// <param name="Key">Its primary key.</param>
/// <param name="Defaults">Expressions for columns that may not be null and that old entries may lack.</param>
internal sealed record JournaledTable(string Name, ImmutableArray<string> Columns, ImmutableArray<string> Key, ImmutableDictionary<string, string> Defaults)
{
    /// <summary>Tables with a journal trigger.</summary>
    public static async Task<ImmutableArray<JournaledTable>> AllAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var triggers = new List<(string Table, string[] Omitted)>();
        await using (var command = new NpgsqlCommand("SELECT c.relname, g.tgargs FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE g.tgname = 'journal' ORDER BY c.relname", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                triggers.Add((reader.GetString(0), Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1)).Split('\0')[0].Split(',')));
        var tables = ImmutableArray.CreateBuilder<JournaledTable>();
        foreach (var (table, omitted) in triggers)
        {
            var columns = (await RebuildDatabase.RowsAsync(connection, """
                SELECT a.attname::text, CASE WHEN a.attnotnull AND a.attidentity = '' THEN pg_get_expr(d.adbin, d.adrelid) END
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """, cancellationToken, table)).Where(c => !omitted.Contains(c[0])).ToList();
            var key = await RebuildDatabase.RowsAsync(connection, """
                SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = $1::text::regclass AND i.indisprimary ORDER BY a.attnum
                """, cancellationToken, table);
            tables.Add(new JournaledTable(table, [.. columns.Select(c => c[0]!)], [.. key.Select(k => k[0]!)], columns.Where(c => c[1] is not null).ToImmutableDictionary(c => c[0]!, c => c[1]!)));
        }
        return tables.ToImmutable();
    }

    /// <summary>Where the newest row of each key waits.</summary>
    public string Rows => $"rebuild.row_{Name}";

    /// <summary>Makes that table of the entries: of each key the newest row.</summary>
    public string Gather => $"""
        CREATE TABLE {Rows} AS SELECT DISTINCT ON ({List("r", Key)}) r.*, e.operation AS rebuild_operation FROM rebuild.entry e
            CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(e.row) WHEN 'array' THEN e.row ELSE jsonb_build_array(e.row) END) x
            CROSS JOIN LATERAL jsonb_populate_record(NULL::public.{Quote(Name)}, x) r
            WHERE e.table_name = '{Name}' ORDER BY {List("r", Key)}, e.id DESC
        """;

    /// <summary>Takes away what was deleted, changes what is there, adds what is not.</summary>
    public IEnumerable<string> Apply()
    {
        var same = string.Join(" AND ", Key.Select(k => $"t.{Quote(k)} = r.{Quote(k)}"));
        yield return $"DELETE FROM public.{Quote(Name)} t USING {Rows} r WHERE {same} AND r.rebuild_operation = 'DELETE'";
        var changed = Columns.Except(Key).ToList();
        if (changed.Count > 0)
            yield return $"UPDATE public.{Quote(Name)} t SET {string.Join(", ", changed.Select(c => $"{Quote(c)} = {Value(c)}"))} FROM {Rows} r WHERE {same} AND r.rebuild_operation <> 'DELETE'";
        yield return $"""
            INSERT INTO public.{Quote(Name)} ({string.Join(", ", Columns.Select(Quote))}) OVERRIDING SYSTEM VALUE
            SELECT {string.Join(", ", Columns.Select(Value))} FROM {Rows} r WHERE r.rebuild_operation <> 'DELETE' AND NOT EXISTS (SELECT FROM public.{Quote(Name)} t WHERE {same})
            """;
    }

    public static string Quote(string name) => $"\"{name}\"";

    private string Value(string column) => Defaults.TryGetValue(column, out var otherwise) ? $"coalesce(r.{Quote(column)}, {otherwise})" : $"r.{Quote(column)}";

    private static string List(string alias, IEnumerable<string> columns) => string.Join(", ", columns.Select(c => $"{alias}.{Quote(c)}"));
}
