using Npgsql;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>Contents of validation material from the objects that keep it; the rest of each row was journaled.</summary>
internal sealed class MaterialRebuild(NpgsqlConnection connection, ProvenContents contents)
{
    /// <summary>Enters the material an object holds, if it holds any.</summary>
    public async Task RunAsync(Guid objectId, Inventory inventory, CancellationToken cancellationToken)
    {
        if (await RebuildDatabase.ScalarAsync(connection, "SELECT true FROM rebuild.row_validation_material WHERE object_id = $1 LIMIT 1", cancellationToken, objectId) is not true) return;
        foreach (var (digest, path) in inventory.StateOf(1).ToList())
        {
            if (await RebuildDatabase.ScalarAsync(connection, "SELECT true FROM rebuild.row_validation_material r WHERE r.sha512 = $1 AND NOT EXISTS (SELECT FROM validation_material m WHERE m.sha512 = r.sha512)",
                cancellationToken, digest.Bytes.ToArray()) is not true) continue;
            var (content, problem) = await contents.FileAsync(inventory, path, cancellationToken);
            if (problem is not null) await RebuildDatabase.NoteAsync(connection, inventory.Id, problem, cancellationToken);
            if (content is null) continue;
            await using var _ = content;
            var bytes = new byte[content.Length];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            await RebuildDatabase.ExecuteAsync(connection, """
                INSERT INTO validation_material (id, kind, sha512, content, source, subject, fetched_at, this_update, next_update, object_id, stored_at)
                SELECT id, kind, sha512, $2, source, subject, fetched_at, this_update, next_update, object_id, stored_at FROM rebuild.row_validation_material WHERE sha512 = $1
                """, cancellationToken, digest.Bytes.ToArray(), bytes);
        }
    }
}
