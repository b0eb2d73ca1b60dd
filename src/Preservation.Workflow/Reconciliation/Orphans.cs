using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Reconciliation;

/// <summary>
/// Removes what writers that never came back left: keys that no catalogue row and no inventory accounts for, seen unchanged in two runs a day apart. An object
/// with an inventory was committed once: it is never removed here, it may be what the catalogue lost. Keys are deleted one by one.
/// </summary>
internal sealed class Orphans(CatalogueSessions sessions, OcflStore root, ReconciliationOptions options)
{
    private static readonly TimeSpan Least = TimeSpan.FromDays(1);
    private const int Page = 1_000;

    /// <summary>Removes what may be removed; gives the number of keys.</summary>
    public async Task<long> RemoveAsync(ReconciliationRun run, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
            var page = await ProvenAsync(session, run, cancellationToken);
            if (page.Count == 0) return removed;
            var atWork = await ObjectsAtWork.PrefixesAsync(session, root, cancellationToken);
            var gone = new List<string>();
            foreach (var (key, prefix) in page)
            {
                // The store is asked itself once more whether the object was committed meanwhile.
                var stays = atWork.Contains(prefix) || await root.Objects.HeadAsync(prefix + Sidecar.InventoryName, cancellationToken) is not null;
                if (!stays)
                {
                    await root.Objects.DeleteAsync(key, cancellationToken);
                    gone.Add(key);
                }
                await using var end = session.Command("UPDATE reconciliation_find SET ended_at = $3, outcome = $4 WHERE store = $1 AND key = $2", run.Store, key, session.Now, stays ? "in use again" : "removed");
                await end.ExecuteNonQueryAsync(cancellationToken);
            }
            removed += gone.Count;
            if (gone.Count > 0) session.Audit(null, null, "orphans.removed", "store", run.Store, new { run = run.Id, count = gone.Count, keys = gone });
            await session.CommitAsync(cancellationToken);
        }
    }

    private async Task<List<(string Key, string Prefix)>> ProvenAsync(CatalogueSession session, ReconciliationRun run, CancellationToken cancellationToken)
    {
        await using var select = session.Command("""
            SELECT f.key, f.object_prefix FROM reconciliation_find f
            WHERE f.store = $1 AND f.kind = 'Unknown' AND f.ended_at IS NULL AND f.run_id = $2 AND f.first_seen_at <= $3
                AND NOT EXISTS (SELECT FROM copy c WHERE c.store = f.store AND c.key IN (f.key, f.object_prefix || 'inventory.json'))
                AND NOT EXISTS (SELECT FROM reconciliation_find i WHERE i.store = f.store AND i.key = f.object_prefix || 'inventory.json' AND i.ended_at IS NULL)
            ORDER BY f.key LIMIT $4
            """, run.Store, run.Id, session.Now - (options.OrphansAfter > Least ? options.OrphansAfter : Least), Page);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var page = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken)) page.Add((reader.GetString(0), reader.GetString(1)));
        return page;
    }
}
