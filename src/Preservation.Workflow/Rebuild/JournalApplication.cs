using System.Collections.Immutable;
using System.Globalization;
using Npgsql;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// Makes the catalogue's rows of the journal's entries: of each key the newest, in one transaction, whatever order the segments were read in. Rows whose
/// content lies in objects wait for these.
/// </summary>
internal sealed class JournalApplication(RebuildDatabase database)
{
    private static readonly ImmutableArray<string> OfContents = ["file", "document_file", "validation_material", "trusted_list", "trust_anchor_set"];

    /// <summary>Everything but what waits for contents.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await database.IsDoneAsync("applied", cancellationToken)) return;
        await using var connection = await database.OpenAsync(cancellationToken);
        var all = await JournaledTable.AllAsync(connection, cancellationToken);
        var references = await TableReference.AllAsync(connection, cancellationToken);
        var tables = InOrder([.. all.Where(t => !OfContents.Contains(t.Name))], references);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "SET CONSTRAINTS ALL DEFERRED", cancellationToken);
        foreach (var table in all) await RebuildDatabase.ExecuteAsync(connection, table.Gather, cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "CREATE INDEX ON rebuild.row_file (package_id, version_from); CREATE INDEX ON rebuild.row_validation_material (object_id)", cancellationToken);
        foreach (var row in await RebuildDatabase.RowsAsync(connection, "SELECT DISTINCT table_name FROM rebuild.entry", cancellationToken))
            if (!all.Any(t => t.Name == row[0])) await RebuildDatabase.NoteAsync(connection, row[0]!, "is in the journal and not in this version of the catalogue", cancellationToken);
        await LeaveUnfinishedAsync(connection, cancellationToken);
        await PruneAsync(connection, tables, references, cancellationToken);
        await ApplyAsync(connection, tables, cancellationToken);
        await AdvanceAsync(connection, cancellationToken);
        await RebuildDatabase.DoneAsync(connection, "applied", "", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Rows that had to wait: of sets of anchors, whose bytes are validation material, of trusted lists, and of documents' files.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (await database.IsDoneAsync("finished", cancellationToken)) return;
        await using var connection = await database.OpenAsync(cancellationToken);
        var all = (await JournaledTable.AllAsync(connection, cancellationToken)).ToDictionary(t => t.Name);
        var references = await TableReference.AllAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        ImmutableArray<JournaledTable> late = [all["document_file"], all["trusted_list"]];
        await PruneAsync(connection, late, references, cancellationToken);
        await ApplyAsync(connection, late, cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            INSERT INTO trust_anchor_set (sha256, content, ordinal, known_since, in_force_since)
            SELECT r.sha256, m.content, r.ordinal, r.known_since, r.in_force_since FROM rebuild.row_trust_anchor_set r
            JOIN validation_material m ON m.kind = 'ANCHORS' AND encode(sha256(m.content), 'hex') = r.sha256
            WHERE NOT EXISTS (SELECT FROM trust_anchor_set t WHERE t.sha256 = r.sha256)
            """, cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            UPDATE trust_anchor_set t SET ordinal = r.ordinal, in_force_since = r.in_force_since FROM rebuild.row_trust_anchor_set r WHERE r.sha256 = t.sha256 AND r.ordinal <> t.ordinal
            """, cancellationToken);
        await LackContentsAsync(connection, cancellationToken);
        await RebuildDatabase.DoneAsync(connection, "finished", "", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // Triggers would journal what comes out of the journal, and history refuses to be changed: they sleep until the end of the transaction, and no longer.
    private static async Task ApplyAsync(NpgsqlConnection connection, ImmutableArray<JournaledTable> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables) await RebuildDatabase.ExecuteAsync(connection, $"ALTER TABLE public.{JournaledTable.Quote(table.Name)} DISABLE TRIGGER USER", cancellationToken);
        foreach (var sql in tables.SelectMany(t => t.Apply())) await RebuildDatabase.ExecuteAsync(connection, sql, cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
        foreach (var table in tables) await RebuildDatabase.ExecuteAsync(connection, $"ALTER TABLE public.{JournaledTable.Quote(table.Name)} ENABLE TRIGGER USER", cancellationToken);
    }

    // A tree whose leaves no store has, and verdicts that were planned only: both are made anew from what the catalogue says is due.
    private static async Task LeaveUnfinishedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var trees = await RebuildDatabase.ExecuteAsync(connection, """
            DELETE FROM rebuild.row_evidence_batch r WHERE r.state <> 'Stored' AND NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.batch_id = r.id)
            """, cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            DELETE FROM rebuild.row_evidence_token r WHERE NOT EXISTS (SELECT FROM evidence_batch b WHERE b.id = r.batch_id) AND NOT EXISTS (SELECT FROM rebuild.row_evidence_batch b WHERE b.id = r.batch_id)
                AND EXISTS (SELECT FROM rebuild.entry e WHERE e.table_name = 'evidence_batch' AND e.row ->> 'id' = r.batch_id::text)
            """, cancellationToken);
        if (trees > 0) await RebuildDatabase.LackAsync(connection, string.Create(CultureInfo.InvariantCulture, $"{trees} hash trees were not yet on the stores; their leaves are due again."), cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "DELETE FROM rebuild.row_verdict_making r WHERE r.recorded_at IS NULL AND NOT EXISTS (SELECT FROM verdict_making v WHERE v.id = r.id)", cancellationToken);
    }

    // Only a damaged segment leaves such rows; one may hang on another.
    private static async Task PruneAsync(NpgsqlConnection connection, ImmutableArray<JournaledTable> tables, ImmutableArray<TableReference> references, CancellationToken cancellationToken)
    {
        bool again;
        do
        {
            again = false;
            foreach (var reference in references)
            {
                if (tables.FirstOrDefault(t => t.Name == reference.Child) is not { } child) continue;
                var gone = await RebuildDatabase.ExecuteAsync(connection, reference.Prune(child, tables.FirstOrDefault(t => t.Name == reference.Parent)), cancellationToken);
                if (gone == 0) continue;
                again = true;
                await RebuildDatabase.NoteAsync(connection, child.Name, string.Create(CultureInfo.InvariantCulture, $"{gone} rows refer to a {reference.Parent} that is not there and were left out"), cancellationToken);
            }
        }
        while (again);
    }

    // What the last minutes gave out is not given out again: receipts may name it.
    private static async Task AdvanceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Advance = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), greatest((SELECT last_value FROM {0}_id_seq), coalesce((SELECT max(id) FROM {1}), 0) + {2}))";
        foreach (var (table, rows) in (ImmutableArray<(string, string)>)[("file", "rebuild.row_file"), ("audit_entry", "audit_entry"), ("journal_entry", "rebuild.entry")])
            await RebuildDatabase.ExecuteAsync(connection, string.Format(CultureInfo.InvariantCulture, Advance, table, rows, 10_000), cancellationToken);
    }

    private static async Task LackContentsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (table, what) in (ImmutableArray<(string, string)>)[("validation_material", "certificates, lists or answers were fetched and not yet on the stores; they are fetched again"), ("trust_anchor_set", "sets of trust anchors were not yet on the stores")])
        {
            var key = table == "validation_material" ? "id" : "sha256";
            if (await RebuildDatabase.ScalarAsync(connection, $"SELECT count(*) FROM rebuild.row_{table} r WHERE rebuild_operation <> 'DELETE' AND NOT EXISTS (SELECT FROM {table} t WHERE t.{key} = r.{key})", cancellationToken) is long count and > 0)
                await RebuildDatabase.LackAsync(connection, string.Create(CultureInfo.InvariantCulture, $"{count} {what}."), cancellationToken);
        }
    }

    // Parents before children; what can be checked at the end of the transaction binds nobody.
    private static ImmutableArray<JournaledTable> InOrder(ImmutableArray<JournaledTable> tables, ImmutableArray<TableReference> references)
    {
        var left = tables.ToList();
        var ordered = ImmutableArray.CreateBuilder<JournaledTable>();
        while (left.Count > 0)
        {
            var free = left.Where(t => !references.Any(r => r.Child == t.Name && r.Parent != t.Name && !r.IsDeferrable && left.Exists(p => p.Name == r.Parent))).ToList();
            if (free.Count == 0) throw new InvalidOperationException($"tables refer to each other in a circle: {string.Join(", ", left.Select(t => t.Name))}");
            ordered.AddRange(free);
            left.RemoveAll(free.Contains);
        }
        return ordered.ToImmutable();
    }
}
