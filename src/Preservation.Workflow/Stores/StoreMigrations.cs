using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Stores;

/// <summary>
/// Brings every object of one store onto another. Batch by batch its copies are entered there as awaited; the fixity workers write each from a copy that is proven in
/// the same action, read it back and count it. An interruption costs nothing: what is entered is entered, what is proven is proven. The old copies stay until the
/// store is retired.
/// </summary>
public sealed class StoreMigrations(CatalogueSessions sessions)
{
    private const int Batch = 500;

    /// <summary>Begins a migration. Committed by the caller.</summary>
    /// <returns>Null when a store is unknown or retired, both are the same, or the first is being migrated already.</returns>
    public static async Task<StoreMigration?> BeginAsync(CatalogueSession session, Guid person, string from, string to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (from == to || await session.Rows.Stores.CountAsync(s => (s.Name == from || s.Name == to) && s.RetiredAt == null, cancellationToken) != 2) return null;
        if (await session.Rows.StoreMigrations.AnyAsync(m => m.FromStore == from && m.EndedAt == null, cancellationToken)) return null;
        var migration = new StoreMigration { Id = Guid.CreateVersion7(session.Now), FromStore = from, ToStore = to, RequestedBy = person, StartedAt = session.Now };
        session.Rows.StoreMigrations.Add(migration);
        session.Audit(person, null, "store.migrate", "store", from, new { migration = migration.Id, to });
        return migration;
    }

    /// <summary>Goes on with every open migration: enters what is not entered, and ends what is proven to its last object.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<StoreMigration> open;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            open = await session.Rows.StoreMigrations.AsNoTracking().Where(m => m.EndedAt == null).ToListAsync(cancellationToken);
        foreach (var migration in open)
        {
            while (await EnterAsync(migration.Id, cancellationToken)) { }
            await EndAsync(migration, cancellationToken);
        }
    }

    /// <summary>How far a migration is. The session must see everything.</summary>
    public static async Task<MigrationProgress> ProgressAsync(CatalogueSession session, StoreMigration migration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(migration);
        await using var count = session.Command("""
            SELECT count(*), count(t.package_id), count(*) FILTER (WHERE t.state = 'Good' AND t.version >= f.version), count(*) FILTER (WHERE t.state NOT IN ('Good', 'Awaited'))
            FROM package_copy f LEFT JOIN package_copy t ON t.package_id = f.package_id AND t.store = $2 WHERE f.store = $1
            """, migration.FromStore, migration.ToStore);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new MigrationProgress(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    // One batch a transaction, after the last object of the batch before; objects written meanwhile go to both stores by themselves or are entered at the end.
    private async Task<bool> EnterAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT 1 FROM store_migration WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var migration = await session.Rows.StoreMigrations.SingleAsync(m => m.Id == id, cancellationToken);
        if (migration.EndedAt is not null) return false;
        var next = await session.Rows.PackageCopies.AsNoTracking().Where(c => c.Store == migration.FromStore && (migration.LastPackage == null || c.PackageId > migration.LastPackage))
            .OrderBy(c => c.PackageId).Take(Batch).Select(c => c.PackageId).ToArrayAsync(cancellationToken);
        if (next.Length == 0)
        {
            migration.EnteredAt ??= session.Now;
            await session.CommitAsync(cancellationToken);
            return false;
        }
        await using (var copies = session.Command("""
            INSERT INTO package_copy (package_id, object_id, store, version, state, verified_at, last_read_at, last_result)
            SELECT package_id, object_id, $2, version, 'Awaited', $4, 'epoch', 'Awaited' FROM package_copy WHERE store = $1 AND package_id = ANY ($3) ON CONFLICT DO NOTHING
            """, migration.FromStore, migration.ToStore, next, session.Now))
            await copies.ExecuteNonQueryAsync(cancellationToken);
        await using (var keys = session.Command("""
            INSERT INTO copy (package_id, store, key, role, logical_path, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
            SELECT package_id, $2, key, role, logical_path, version, encoding, bytes, sha512, 'Awaited', $4, 'epoch', 'Awaited' FROM copy WHERE store = $1 AND package_id = ANY ($3) ON CONFLICT DO NOTHING
            """, migration.FromStore, migration.ToStore, next, session.Now))
            await keys.ExecuteNonQueryAsync(cancellationToken);
        migration.LastPackage = next[^1];
        await session.CommitAsync(cancellationToken);
        return true;
    }

    private async Task EndAsync(StoreMigration open, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var migration = await session.Rows.StoreMigrations.SingleAsync(m => m.Id == open.Id, cancellationToken);
        var progress = await ProgressAsync(session, migration, cancellationToken);
        if (migration.EndedAt is not null || migration.EnteredAt is null) return;
        if (progress.Entered < progress.Objects) migration.LastPackage = null; // written meanwhile: the next round enters them
        else if (progress.Proven == progress.Objects)
        {
            migration.EndedAt = session.Now;
            session.Audit(null, null, "store.migrated", "store", migration.FromStore, new { migration = migration.Id, to = migration.ToStore, progress.Objects });
        }
        await session.CommitAsync(cancellationToken);
    }
}

/// <summary>How far a migration is.</summary>
/// <param name="Objects">Objects that the old store holds copies of.</param>
/// <param name="Entered">Of these, such as have rows on the new store.</param>
/// <param name="Proven">Of these, such as were read back there and are right.</param>
/// <param name="NotGood">Of the entered, such as were found bad, missing or unreadable there.</param>
public sealed record MigrationProgress(long Objects, long Entered, long Proven, long NotGood);
