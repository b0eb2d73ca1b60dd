using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Stores;

/// <summary>
/// Extends the locks of good copies while their records are kept, a margin before they end, and carries legal holds to the stores. Every lock and hold is read back.
/// Copies are claimed one by one: any number of processes can be at it, and one that dies leaves off where the next goes on.
/// </summary>
public sealed partial class RollingRetention(CatalogueSessions sessions, StoreSet stores, IOptions<PreservationOptions> options, ILogger<RollingRetention> logger)
{
    private const int PageKeys = 1_000;
    private const int AtOnce = 8;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    /// <summary>Works on one store until nothing is due; returns how many copies were locked or held anew.</summary>
    /// <exception cref="IOException">A copy could not be locked. It is tried again when its lease has ended; a task tells of locks that run out.</exception>
    public async Task<int> RunAsync(string store, CancellationToken cancellationToken)
    {
        var option = stores.OptionsOf(store);
        if (!option.Locked || !stores.Written.Contains(store) || !await stores.IsConnectedAsync(store, cancellationToken)) return 0;
        if (!(await StoreStandings.LockingAsync(sessions, stores, cancellationToken)).Contains(store)) return 0;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            if (await session.Rows.Stores.AnyAsync(s => s.Name == store && s.RetiredAt != null, cancellationToken)) return 0; // its locks may end
        var (done, failure) = (0, (Exception?)null);
        while (await ClaimAsync(option, cancellationToken) is { Count: > 0 } claimed)
            foreach (var copy in claimed)
                try
                {
                    await LockAsync(option, copy, cancellationToken);
                    done++;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    LogFailed(e, copy.PackageId, store);
                    failure = e;
                }
        await TellAsync(option, cancellationToken);
        return failure is null ? done : throw new IOException($"copies on {store} could not be locked: {failure.Message}", failure);
    }

    private async Task<List<PackageCopy>> ClaimAsync(StoreOptions option, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // First what has no lock, then what ends first; and what is not held as the register of holds says.
        await using var claim = session.Command("""
            UPDATE package_copy SET lock_lease_until = $4 WHERE store = $1 AND package_id IN (
                SELECT package_id FROM package_copy c WHERE c.store = $1 AND c.state = 'Good' AND (c.lock_lease_until IS NULL OR c.lock_lease_until < $3)
                    AND (c.lock_until IS NULL OR c.lock_until < $2 OR c.held <> EXISTS (SELECT FROM legal_hold h WHERE h.package_id = c.package_id AND h.released_at IS NULL))
                ORDER BY c.lock_until NULLS FIRST, c.package_id FOR UPDATE SKIP LOCKED LIMIT $5)
            RETURNING package_id
            """, option.Name, session.Now.AddDays(option.LockMarginDays), session.Now, session.Now + Lease, options.Value.StoreKeeping.LockBatch);
        var ids = new List<Guid>();
        await using (var reader = await claim.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetGuid(0));
        var copies = await session.Rows.PackageCopies.AsNoTracking().Where(c => c.Store == option.Name && ids.Contains(c.PackageId)).OrderBy(c => c.LockUntil).ThenBy(c => c.PackageId).ToListAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return copies;
    }

    private async Task LockAsync(StoreOptions option, PackageCopy copy, CancellationToken cancellationToken)
    {
        bool isHeld;
        DateTimeOffset until;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            isHeld = await session.Rows.LegalHolds.AnyAsync(h => h.PackageId == copy.PackageId && h.ReleasedAt == null, cancellationToken);
            until = session.Now.AddDays(option.LockDays);
        }
        DateTimeOffset? least = null;
        for (var last = 0L; ;)
        {
            List<StoredCopy> keys;
            await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
                keys = await session.Rows.Copies.AsNoTracking().Where(c => c.PackageId == copy.PackageId && c.Store == option.Name && c.Id > last).OrderBy(c => c.Id).Take(PageKeys).ToListAsync(cancellationToken);
            if (keys.Count == 0) break;
            last = keys[^1].Id;
            var locks = new ConcurrentDictionary<long, ObjectLock>();
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (key, token) => locks[key.Id] = await LockAsync(stores.Stores[option.Name], key, until, isHeld, token));
            await KeepAsync(locks, cancellationToken);
            var ends = locks.Values.Min(l => l.RetainedUntil!.Value);
            least = least is { } before && before < ends ? before : ends;
        }
        if (least is null) throw new InvalidOperationException($"the copy of {copy.PackageId} on {option.Name} has no keys");
        await RecordAsync(copy, least.Value, isHeld, cancellationToken);
    }

    // The version that was locked when it was proven; the one that is read by the key when that is not known, or gone.
    private static async Task<ObjectLock> LockAsync(IObjectStore store, StoredCopy key, DateTimeOffset until, bool isHeld, CancellationToken cancellationToken)
    {
        ObjectLock kept;
        try
        {
            kept = await store.RetainAsync(key.Key, key.StoreVersionId, until, cancellationToken);
        }
        catch (ObjectNotFoundException) when (key.StoreVersionId is not null)
        {
            kept = await store.RetainAsync(key.Key, null, until, cancellationToken);
        }
        return kept.IsHeld == isHeld ? kept : await store.HoldAsync(key.Key, kept.VersionId, isHeld, cancellationToken) with { RetainedUntil = kept.RetainedUntil };
    }

    private async Task KeepAsync(ConcurrentDictionary<long, ObjectLock> locks, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var keep = session.Command("""
            UPDATE copy SET lock_until = t.until, store_version_id = t.version FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS t (id, until, version) WHERE copy.id = t.id
            """, locks.Keys.ToArray(), locks.Keys.Select(k => locks[k].RetainedUntil!.Value).ToArray(), locks.Keys.Select(k => locks[k].VersionId).ToArray());
        await keep.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task RecordAsync(PackageCopy copy, DateTimeOffset until, bool isHeld, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // A version that was written meanwhile, or a repair, begins anew.
        await using (var record = session.Command("UPDATE package_copy SET lock_until = $3, held = $4, lock_lease_until = NULL WHERE package_id = $1 AND store = $2 AND version = $5 AND lock_lease_until IS NOT NULL",
            copy.PackageId, copy.Store, until, isHeld, copy.Version))
            await record.ExecuteNonQueryAsync(cancellationToken);
        if (copy.Held != isHeld) session.Audit(null, null, isHeld ? "hold.kept" : "hold.lifted", "package", copy.PackageId.ToString(), new { copy.Store });
        await session.CommitAsync(cancellationToken);
    }

    private async Task TellAsync(StoreOptions option, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var before = session.Now.AddDays(option.LockMarginDays / 2.0);
        var soon = await session.Rows.PackageCopies.CountAsync(c => c.Store == option.Name && c.State == CopyState.Good && (c.LockUntil == null || c.LockUntil < before), cancellationToken);
        Finding[] findings = soon == 0 ? [] : [new Finding(CopyRules.LocksRunOut, option.Name, before.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), soon.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        await StoreTasks.TellAsync(session, TaskKinds.StoreLocks, option.Name, findings, before, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(6403, LogLevel.Error, "The copy of {Package} on {Store} could not be locked; it is tried again")]
    private partial void LogFailed(Exception e, Guid package, string store);
}
