using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Stores;

/// <summary>What stores were last seen to do, as the catalogue has it for every process.</summary>
internal static class StoreStandings
{
    /// <summary>What a lock rests on: each must have been proven, or the store's locks are words.</summary>
    public static readonly StoreCapability[] OfLocks = [StoreCapability.Versioning, StoreCapability.RetentionLock, StoreCapability.MultipartLock, StoreCapability.LegalHold];

    /// <summary>Stores that are to lock and whose newest probe showed that they do.</summary>
    public static async Task<HashSet<string>> LockingAsync(CatalogueSessions sessions, StoreSet stores, CancellationToken cancellationToken)
    {
        var asked = stores.Configured.Where(s => s.Locked).Select(s => s.Name).ToList();
        if (asked.Count == 0) return [];
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await LockingAsync(session, asked, cancellationToken);
    }

    /// <summary>The same in a session that sees everything.</summary>
    public static async Task<HashSet<string>> LockingAsync(CatalogueSession session, IReadOnlyCollection<string> asked, CancellationToken cancellationToken)
    {
        var needed = OfLocks.Select(c => c.ToString()).ToList();
        var proven = nameof(CapabilityStanding.Proven);
        return [.. await session.Rows.StoreCapabilities.Where(c => asked.Contains(c.Store) && needed.Contains(c.Capability) && c.Standing == proven)
            .GroupBy(c => c.Store).Where(g => g.Count() == needed.Count).Select(g => g.Key).ToListAsync(cancellationToken)];
    }

    /// <summary>What a store must do for what is asked of it.</summary>
    public static IEnumerable<StoreCapability> NeededBy(StoreOptions store)
    {
        // A bucket whose server does not honour conditions is written to under a lock of the catalogue.
        if (store.Kind == StoreKind.FileSystem) yield return StoreCapability.ConditionalPut;
        if (!store.Locked) yield break;
        foreach (var capability in OfLocks) yield return capability;
    }
}
