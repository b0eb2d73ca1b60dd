using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Reconciliation;

/// <summary>Where stores and catalogue agree, and where not.</summary>
/// <param name="Stores">Each store with its last runs and open finds.</param>
/// <param name="Finds">Open finds, the newest first, not more than a thousand.</param>
public sealed record ReconciliationReport(IReadOnlyList<ReconciledStore> Stores, IReadOnlyList<ReconciliationFind> Finds)
{
    private const int MostFinds = 1_000;

    /// <summary>Gathers the report.</summary>
    public static async Task<ReconciliationReport> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var stores = new List<ReconciledStore>();
        foreach (var store in await session.Rows.Stores.AsNoTracking().OrderBy(s => s.Name).Select(s => s.Name).ToListAsync(cancellationToken))
        {
            var runs = session.Rows.ReconciliationRuns.AsNoTracking().Where(r => r.Store == store).OrderByDescending(r => r.StartedAt);
            var counts = await session.Rows.ReconciliationFinds.Where(f => f.Store == store && f.EndedAt == null).GroupBy(f => f.Kind).Select(g => new { g.Key, Count = g.LongCount() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
            stores.Add(new ReconciledStore(store, await runs.FirstOrDefaultAsync(r => r.State == RunState.Running, cancellationToken), await runs.FirstOrDefaultAsync(r => r.State == RunState.Ended, cancellationToken),
                counts.GetValueOrDefault(FindKind.Missing), counts.GetValueOrDefault(FindKind.Size), counts.GetValueOrDefault(FindKind.Unknown)));
        }
        return new ReconciliationReport(stores, await session.Rows.ReconciliationFinds.AsNoTracking().Where(f => f.EndedAt == null).OrderByDescending(f => f.FirstSeenAt).ThenBy(f => f.Store).ThenBy(f => f.Key).Take(MostFinds).ToListAsync(cancellationToken));
    }
}

/// <summary>How far a store agrees with the catalogue.</summary>
/// <param name="Store">The store.</param>
/// <param name="Running">The run at work, if any.</param>
/// <param name="Last">The last run that came to its end.</param>
/// <param name="Missing">Keys the store lacks.</param>
/// <param name="Size">Keys of another length.</param>
/// <param name="Unknown">Keys the catalogue does not know.</param>
public sealed record ReconciledStore(string Store, ReconciliationRun? Running, ReconciliationRun? Last, long Missing, long Size, long Unknown);
