using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// Enters what the objects tell: files of packages with their digests, keys of copies, leaves of trees, contents of validation material. Some objects a
/// transaction; one that is damaged is noted and the next one is gone on with.
/// </summary>
internal sealed class ObjectRebuild(RebuildDatabase database, ProvenContents contents)
{
    private const int ObjectsPerTransaction = 64;
    private const string Tables = """
        CREATE TEMP TABLE rebuild_state (path text, sha512 bytea);
        CREATE TEMP TABLE rebuild_content (path text, sha512 bytea);
        CREATE TEMP TABLE rebuild_fixity (path text, sha256 bytea);
        CREATE TEMP TABLE rebuild_key (key text, role text, version integer, bytes bigint, sha512 bytea);
        """;

    /// <summary>Goes through every object that is not entered yet.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, Tables, cancellationToken);
        while (await NextAsync(connection, cancellationToken) is { Length: > 0 } objects)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await SetTriggersAsync(connection, "DISABLE", cancellationToken);
            foreach (var (prefix, id) in objects)
            {
                await EnterAsync(connection, prefix, id, cancellationToken);
                await RebuildDatabase.ExecuteAsync(connection, "UPDATE rebuild.object SET done = true WHERE prefix = $1", cancellationToken, prefix);
                await RebuildDatabase.ExecuteAsync(connection, "DELETE FROM rebuild_state; DELETE FROM rebuild_content; DELETE FROM rebuild_fixity; DELETE FROM rebuild_key", cancellationToken);
            }
            await SetTriggersAsync(connection, "ENABLE", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        await NoteMissingAsync(connection, cancellationToken);
    }

    private static async Task<ImmutableArray<(string Prefix, string Id)>> NextAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await RebuildDatabase.RowsAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT prefix, id FROM rebuild.object WHERE NOT done ORDER BY prefix LIMIT {ObjectsPerTransaction}"), cancellationToken)).Select(r => (r[0]!, r[1]!))];

    private static async Task SetTriggersAsync(NpgsqlConnection connection, string how, CancellationToken cancellationToken)
    {
        foreach (var table in (ImmutableArray<string>)["file", "package", "package_version", "package_copy", "validation_material", "evidence_leaf"])
            await RebuildDatabase.ExecuteAsync(connection, $"ALTER TABLE {table} {how} TRIGGER USER", cancellationToken);
    }

    private async Task EnterAsync(NpgsqlConnection connection, string prefix, string id, CancellationToken cancellationToken)
    {
        var (inventory, problem) = await contents.InventoryAsync(prefix, cancellationToken);
        if (problem is not null) await RebuildDatabase.NoteAsync(connection, id, problem, cancellationToken);
        if (inventory is null) return;
        using var _ = inventory;
        if (await JournalCopiesAsync(connection, inventory, cancellationToken) == 0
            && await RebuildDatabase.ScalarAsync(connection, "SELECT package_id FROM package_copy WHERE object_id = $1 LIMIT 1", cancellationToken, id) is null)
        {
            await RebuildDatabase.LackAsync(connection, $"{id} is on the store and was not yet journaled ({inventory.Versions[0].Message}, {inventory.Versions[0].CreatedText}); it is kept and shown by reconciliation.", cancellationToken);
            return;
        }
        var package = id.StartsWith("urn:uuid:", StringComparison.Ordinal) && Guid.TryParse(id["urn:uuid:".Length..], out var parsed) ? parsed : Guid.Empty;
        var digests = ImmutableDictionary<int, Digest>.Empty;
        if (await RebuildDatabase.ScalarAsync(connection, "SELECT true FROM package WHERE id = $1", cancellationToken, package) is true)
        {
            var files = new PackageFilesRebuild(connection, prefix, package, inventory);
            if (await files.RunAsync(cancellationToken) is not { } known) return;
            digests = known;
        }
        else if (!await new EvidenceTreeRebuild(connection, contents).RunAsync(package, inventory, cancellationToken))
            await new MaterialRebuild(connection, contents).RunAsync(package, inventory, cancellationToken);
        await new CopyRebuild(connection, contents.From).RunAsync(inventory, digests, cancellationToken);
    }

    // Copies of the journal are in no journal: every store that was there has one.
    private static Task<int> JournalCopiesAsync(NpgsqlConnection connection, Inventory inventory, CancellationToken cancellationToken) => RebuildDatabase.ExecuteAsync(connection, """
        INSERT INTO package_copy (package_id, object_id, store, version, state, verified_at, last_read_at, last_result)
        SELECT split_part(g.object_id, 'urn:uuid:', 2)::uuid, g.object_id, s.name, 1, 'Good', g.created_at, g.created_at, 'Ok' FROM rebuild.segment g CROSS JOIN store s
        WHERE g.object_id = $1 AND s.registered_at <= g.created_at
        ON CONFLICT (package_id, store) DO UPDATE SET object_id = excluded.object_id
        """, cancellationToken, inventory.Id);

    // What the catalogue has and the store has not: fixity reads it first, and repairs it from another store.
    private async Task NoteMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            INSERT INTO rebuild.problem (subject, problem)
            SELECT p.object_id, 'is not on ' || p.store || ', or cannot be believed there' FROM package_copy p
            WHERE p.store = $1 AND NOT EXISTS (SELECT FROM copy c WHERE c.package_id = p.package_id AND c.store = p.store) ON CONFLICT DO NOTHING
            """, cancellationToken, contents.From.Objects.Name);
        await SetTriggersAsync(connection, "DISABLE", cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "UPDATE package_copy p SET last_read_at = 'epoch' WHERE store = $1 AND EXISTS (SELECT FROM rebuild.problem x WHERE x.subject = p.object_id)", cancellationToken, contents.From.Objects.Name);
        await SetTriggersAsync(connection, "ENABLE", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
