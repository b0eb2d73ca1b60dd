using Preservation.Catalogue;
using Preservation.Ocfl.Versions;

namespace Preservation.Workflow.Copies;

/// <summary>
/// Copies that processes wrote, each with its own keys, for the one that has the last and records the object. The inventory's digest says that they are copies of
/// the same. Only kept where no process writes to every store.
/// </summary>
internal static class CopyProofs
{
    public static async Task<Dictionary<string, ProvenCopy>> OfAsync(CatalogueSessions sessions, StoreSet stores, VersionPlan plan, TimeSpan holds, CancellationToken cancellationToken)
    {
        var proofs = new Dictionary<string, ProvenCopy>();
        if (stores.IsWhole) return proofs;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var look = session.Command("SELECT store, verified_at, locked_until FROM copy_proof WHERE object_id = $1 AND inventory_sha512 = $2 AND verified_at > $3 AND store = ANY ($4)",
            plan.Id, plan.Inventory.BytesDigest.Bytes.ToArray(), session.Now - holds, stores.Configured.Select(s => s.Name).ToArray());
        await using var reader = await look.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            proofs.Add(reader.GetString(0), new ProvenCopy(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), null)
            {
                LockedUntil = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(2),
            });
        return proofs;
    }

    public static async Task KeepAsync(CatalogueSessions sessions, StoreSet stores, VersionPlan plan, IEnumerable<ProvenCopy> proven, CancellationToken cancellationToken)
    {
        if (stores.IsWhole) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var copy in proven.Where(c => c.Problem is null))
        {
            await using var keep = session.Command("""
                INSERT INTO copy_proof (object_id, store, inventory_sha512, verified_at, locked_until) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (object_id, store) DO UPDATE SET inventory_sha512 = excluded.inventory_sha512, verified_at = excluded.verified_at, locked_until = excluded.locked_until
                """, plan.Id, copy.Store, plan.Inventory.BytesDigest.Bytes.ToArray(), copy.VerifiedAt, copy.LockedUntil);
            await keep.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }
}
