using System.Collections.Immutable;
using Npgsql;

namespace Preservation.Workflow.Rebuild;

/// <summary>A foreign key.</summary>
/// <param name="Child">The table that refers.</param>
/// <param name="Parent">The table it refers to.</param>
/// <param name="Columns">Which column of the one means which of the other.</param>
/// <param name="IsDeferrable">May it be checked at the end of the transaction?</param>
internal sealed record TableReference(string Child, string Parent, ImmutableArray<(string Child, string Parent)> Columns, bool IsDeferrable)
{
    public static async Task<ImmutableArray<TableReference>> AllAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await RebuildDatabase.RowsAsync(connection, """
            SELECT c.relname::text, p.relname::text,
                (SELECT string_agg(a.attname || '=' || b.attname, ',') FROM unnest(f.conkey, f.confkey) AS k (child, parent)
                    JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.parent),
                f.condeferrable::text
            FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid
            WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND f.conparentid = 0
            """, cancellationToken)).Select(r => new TableReference(r[0]!, r[1]!, [.. r[2]!.Split(',').Select(p => p.Split('=')).Select(p => (p[0], p[1]))], r[3] == "true"))];

    /// <summary>Takes away waiting rows that refer to what neither the catalogue nor the journal has.</summary>
    public string Prune(JournaledTable child, JournaledTable? parent)
    {
        var all = string.Join(" AND ", Columns.Select(c => $"r.{JournaledTable.Quote(c.Child)} IS NOT NULL"));
        var same = string.Join(" AND ", Columns.Select(c => $"p.{JournaledTable.Quote(c.Parent)} = r.{JournaledTable.Quote(c.Child)}"));
        return $"DELETE FROM {child.Rows} r WHERE r.rebuild_operation <> 'DELETE' AND {all} AND NOT EXISTS (SELECT FROM public.{JournaledTable.Quote(Parent)} p WHERE {same})"
            + (parent is null ? "" : $" AND NOT EXISTS (SELECT FROM {parent.Rows} p WHERE {same} AND p.rebuild_operation <> 'DELETE')");
    }
}
