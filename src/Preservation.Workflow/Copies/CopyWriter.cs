using System.Collections.Immutable;
using System.Text;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Files;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Copies;

/// <summary>Writes an OCFL version to every store, reads each copy back and hashes it, and records what was proven. No copy counts before that.</summary>
public sealed class CopyWriter(StoreSet stores, WorkTrace trace, CatalogueSessions sessions)
{
    // A proof of another process counts for the work it was made for, not for good.
    private static readonly TimeSpan ProofHolds = TimeSpan.FromDays(1);
    private const int LocksAtOnce = 8;
    private const int PageKeys = 4096;

    /// <summary>
    /// Writes and proves; one entry a store. A store that fails does not stop the others; one whose medium is away, or which another process writes to, is awaited.
    /// </summary>
    /// <exception cref="ContentChangedException">The source no longer has the planned bytes: nothing was committed.</exception>
    public async Task<ImmutableArray<ProvenCopy>> WriteAsync(VersionPlan plan, Func<string, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var connected = await stores.ConnectedAsync(cancellationToken);
        var proofs = await CopyProofs.OfAsync(sessions, stores, plan, ProofHolds, cancellationToken);
        var locking = await StoreStandings.LockingAsync(sessions, stores, cancellationToken);
        var roots = connected.Where(s => !proofs.ContainsKey(s)).Select(s => stores.Roots[s]).ToList();
        foreach (var root in roots) await TryInitializeAsync(root, cancellationToken);
        ImmutableArray<StoreWriteResult> results;
        using (trace.Enter("copies.write")) results = await OcflReplication.WriteToAllAsync(roots, plan, open, cancellationToken);
        using var _ = trace.Enter("copies.prove");
        var proven = (await Task.WhenAll(results.Select(r => r switch
        {
            StoreWriteResult.Written written => ProveAsync(written.Store, plan, open, locking.Contains(written.Store.Objects.Name), cancellationToken),
            StoreWriteResult.Failed failed => Task.FromResult(Problem(failed.Store, $"{failed.Cause.GetType().Name}: {failed.Cause.Message}")),
            _ => throw new InvalidOperationException("an unknown result"),
        }))).Concat(proofs.Values).ToDictionary(c => c.Store);
        await CopyProofs.KeepAsync(sessions, stores, plan, proven.Values, cancellationToken);
        return [.. stores.Configured.Select(s => proven.GetValueOrDefault(s.Name) ?? Awaited(s))];
    }

    private ProvenCopy Awaited(StoreOptions store) =>
        new(store.Name, sessions.Now, store.Access == StoreAccess.ReadWrite ? "its medium is away" : "another process writes it") { IsAwaited = true };

    /// <summary>Enters what was proven: new rows for a new object; the object's own keys and the version's for one that goes on.</summary>
    public static async Task RecordAsync(CatalogueSession session, Guid objectId, VersionPlan plan, ImmutableArray<ProvenCopy> proven, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(plan);
        if (proven.All(c => c.Problem is not null)) throw new ArgumentException("no copy is proven", nameof(proven));
        foreach (var copy in proven)
        {
            // A store that was away gets its rows too, as missing: the next fixity pass fills it from a proven copy.
            var good = copy.Problem is null;
            var (state, result, readAt) = good ? (CopyState.Good, FixityOutcome.Ok, copy.VerifiedAt)
                : copy.IsAwaited ? (CopyState.Awaited, FixityOutcome.Awaited, DateTimeOffset.UnixEpoch) : (CopyState.Missing, FixityOutcome.Missing, DateTimeOffset.UnixEpoch);
            // Of a copy that goes on only the new keys were read now: when the whole was read last is not changed by that.
            await using (var upsert = session.Command("""
                INSERT INTO package_copy (package_id, object_id, store, version, state, verified_at, last_read_at, last_result, lock_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (package_id, store) DO UPDATE SET version = excluded.version, state = excluded.state, last_result = excluded.last_result, lease_until = NULL,
                    last_read_at = least(package_copy.last_read_at, excluded.last_read_at), held = false,
                    lock_until = CASE WHEN package_copy.lock_until IS NOT NULL AND excluded.lock_until IS NOT NULL THEN least(package_copy.lock_until, excluded.lock_until) END
                """, objectId, plan.Id, copy.Store, plan.Version.Number, state.ToString(), copy.VerifiedAt, readAt, result.ToString(), good ? copy.LockedUntil : null))
                await upsert.ExecuteNonQueryAsync(cancellationToken);
            // What was proven is what was planned, in every store.
            foreach (var keys in OcflStore.KeysOf(plan, StoreSet.RootPrefix).Chunk(PageKeys))
            {
                await using var insert = session.Command("""
                    INSERT INTO copy (package_id, store, version, encoding, state, written_at, last_read_at, last_result, lock_until, key, role, logical_path, bytes, sha512)
                    SELECT $1, $2, $3, 'identity', $4, $5, $6, $7, $13, t.* FROM unnest($8::text[], $9::text[], $10::text[], $11::bigint[], $12::bytea[]) AS t
                    ON CONFLICT (store, key) DO UPDATE SET version = excluded.version, state = excluded.state, written_at = excluded.written_at,
                        last_read_at = excluded.last_read_at, last_result = excluded.last_result, bytes = excluded.bytes, sha512 = excluded.sha512,
                        lock_until = excluded.lock_until, store_version_id = NULL
                    """, objectId, copy.Store, plan.Version.Number, state.ToString(), copy.VerifiedAt, readAt, result.ToString(), keys.Select(k => k.Key).ToArray(), keys.Select(k => RoleOf(k.Key).ToString()).ToArray(),
                    keys.Select(k => (string?)null).ToArray(), keys.Select(k => k.Bytes!.Value).ToArray(), keys.Select(k => k.Digest!.Bytes.ToArray()).ToArray(), good ? copy.LockedUntil : null);
                await insert.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        await using var forget = session.Command("DELETE FROM copy_proof WHERE object_id = $1", plan.Id);
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task TryInitializeAsync(OcflStore root, CancellationToken cancellationToken)
    {
        try
        {
            await root.InitializeRootAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The store is away: writing to it fails in a moment and is reported there.
        }
    }

    private async Task<ProvenCopy> ProveAsync(OcflStore root, VersionPlan plan, Func<string, CancellationToken, Task<Stream>> open, bool isLocking, CancellationToken cancellationToken)
    {
        // Names of keys alone: a store that kept nothing as it was given has as many as the version.
        using var bad = new SpooledRecords();
        string? first = null, problem = null;
        DateTimeOffset? until = isLocking ? sessions.Now.AddDays(stores.OptionsOf(root.Objects.Name).LockDays) : null;
        var gate = new Lock();
        await Parallel.ForEachAsync(root.ReadBackAsync(root.KeysOf(plan), cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = LocksAtOnce, CancellationToken = cancellationToken }, async (observation, token) =>
        {
            if (observation is KeyObservation.Read { IsAsExpected: true } read)
            {
                if (until is { } end && await LockProblemAsync(root.Objects, read, end, token) is { } unlocked) lock (gate) problem ??= unlocked;
                return;
            }
            lock (gate)
            {
                if (observation is KeyObservation.Unreadable unreadable) problem ??= $"could not be read back: {unreadable.Cause.Message}";
                first ??= observation.Expected.Key;
                bad.Add(Encoding.UTF8.GetBytes(observation.Expected.Key));
            }
        });
        if (problem is not null) return Problem(root, problem);
        if (bad.Count > 0) return Problem(root, $"{bad.Count} keys were not as written, first {first}; rewritten for the next attempt: {await RewriteAsync(root, plan, bad, open, cancellationToken)}");
        return new ProvenCopy(root.Objects.Name, sessions.Now, null) { LockedUntil = until is { } kept ? kept.AddTicks(-(kept.Ticks % TimeSpan.TicksPerSecond)) : null };
    }

    // The version whose bytes were just proven is the one that is locked.
    private static async Task<string?> LockProblemAsync(IObjectStore store, KeyObservation.Read read, DateTimeOffset until, CancellationToken cancellationToken)
    {
        try
        {
            await store.RetainAsync(read.Expected.Key, read.VersionId, until, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"could not be locked: {e.Message}";
        }
    }

    // A store that kept something else than it was given: the keys are put again; the next attempt reads everything anew.
    private static async Task<int> RewriteAsync(OcflStore root, VersionPlan plan, SpooledRecords bad, Func<string, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var rewritten = 0;
        var prefix = root.ObjectPrefix(plan.Id);
        var names = bad.InOrder();
        for (var i = 0; i < bad.Count; i++)
        {
            var key = Encoding.UTF8.GetString(names.Get(i));
            Stream source;
            var content = plan.FindContent(key[prefix.Length..]);
            if (content is not null) source = await open(content.LogicalPath, cancellationToken);
            else if (key.EndsWith("/inventory.json", StringComparison.Ordinal)) source = plan.Inventory.Open();
            else if (key.EndsWith("/inventory.json.sha512", StringComparison.Ordinal)) source = new MemoryStream(plan.Inventory.SidecarBytes.ToArray());
            else continue;
            await using (source) await root.Objects.PutAsync(key, source, content?.Bytes ?? source.Length, PutCondition.Any, cancellationToken);
            rewritten++;
        }
        return rewritten;
    }

    private ProvenCopy Problem(OcflStore root, string problem) => new(root.Objects.Name, sessions.Now, problem);

    internal static CopyRole RoleOf(string key) =>
        key.EndsWith("/inventory.json", StringComparison.Ordinal) ? CopyRole.Inventory
        : key.EndsWith("/inventory.json.sha512", StringComparison.Ordinal) ? CopyRole.Sidecar
        : key.Contains("/0=ocfl_object_", StringComparison.Ordinal) ? CopyRole.Declaration : CopyRole.Content;
}
