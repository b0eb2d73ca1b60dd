using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Runs of the fixity plan: copies are claimed oldest first, re-read whole, and repaired where they are bad. Any number of processes can work on
/// a run; a copy is read by one of them at a time.
/// </summary>
public sealed partial class FixityRunner(
    CatalogueSessions sessions, StoreSet stores, Repair repair, IOptions<PreservationOptions> options, WorkTrace trace, ILogger<FixityRunner> logger)
{
    private static readonly TimeSpan AliveWithin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WholePlanEvery = TimeSpan.FromDays(1);
    private readonly FixityPlans _plans = new(options);
    private readonly FixityClaims _claims = new(sessions, stores, options.Value);
    private DateTimeOffset? _plannedWholeAt;

    /// <summary>Enters a run; copies last read before the cutoff are due.</summary>
    public static FixityRun Add(CatalogueSession session, RunKind kind, Guid? requestedBy, Guid? packageId, DateTimeOffset cutoff)
    {
        ArgumentNullException.ThrowIfNull(session);
        var run = new FixityRun
        {
            Id = Guid.CreateVersion7(session.Now), Kind = kind, RequestedBy = requestedBy, PackageId = packageId, State = RunState.Running, CreatedAt = session.Now, Cutoff = cutoff,
        };
        session.Rows.FixityRuns.Add(run);
        session.Audit(requestedBy, null, "fixity.run", "fixityRun", run.Id.ToString(), new { kind, packageId, cutoff });
        return run;
    }

    /// <summary>Plans copies that are not planned yet, makes the months of results, and enters a scheduled run if copies are due and none is running.</summary>
    public async Task ScheduleAsync(CancellationToken cancellationToken)
    {
        await FixityResults.KeepAsync(sessions, options.Value.Fixity.KeepResultsMonths, cancellationToken);
        await PlanAsync(cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4243)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        if (await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running && r.Kind == RunKind.Scheduled, cancellationToken)) return;
        // Never-proven copies (a store was away when they were written) are always due; those of a medium that is away by design when it is back.
        var away = await session.Rows.Stores.Where(s => (s.Offline && !s.Present) || s.RetiredAt != null).Select(s => s.Name).ToListAsync(cancellationToken);
        var now = session.Now;
        if (!await session.Rows.PackageCopies.AnyAsync(c => (c.DueAt <= now || c.State != CopyState.Good) && !away.Contains(c.Store), cancellationToken)) return;
        Add(session, RunKind.Scheduled, null, null, now - TimeSpan.FromDays(options.Value.Fixity.WithinDays));
        await session.CommitAsync(cancellationToken);
    }

    // A plan that the configuration changed is seen by the first look of a process and then once a day; copies that came in are planned at once.
    private async Task PlanAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var isWhole = _plannedWholeAt is not { } at || session.Now - at >= WholePlanEvery;
        await _plans.AssignAsync(session, isWhole, cancellationToken);
        await _plans.SampleAsync(session, cancellationToken);
        await session.CommitAsync(cancellationToken);
        if (isWhole) _plannedWholeAt = session.Now;
    }

    /// <summary>Works on every open run until nothing is left to claim.</summary>
    public Task WorkAsync(CancellationToken cancellationToken) => WorkAsync(_ => Task.CompletedTask, cancellationToken);

    /// <summary>The same, telling of every copy that was read: a run can take weeks.</summary>
    public async Task WorkAsync(Func<CancellationToken, Task> onCopy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onCopy);
        List<FixityRun> runs;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            runs = await session.Rows.FixityRuns.AsNoTracking().Where(r => r.State == RunState.Running).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
        foreach (var run in runs)
        {
            await Task.WhenAll(Enumerable.Range(0, options.Value.Fixity.Workers).Select(async _ =>
            {
                while (await _claims.NextAsync(run, cancellationToken) is { } copy)
                {
                    await CheckAsync(run, copy, cancellationToken);
                    await onCopy(cancellationToken);
                }
            }));
            await EndAsync(run, cancellationToken);
        }
    }

    private async Task CheckAsync(FixityRun run, PackageCopy copy, CancellationToken cancellationToken)
    {
        List<StoredCopy> keys;
        List<DigestAlgorithm> more;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
        {
            // A hash-tree renewal, and new trees by another function than the configured one, need digests by it: they are taken in the same reading.
            var functions = await session.Rows.HashTreeRenewals.Where(r => r.EndedAt == null).Select(r => r.ToAlgorithm).Union(session.Rows.EvidenceFunctions.Select(f => f.Algorithm)).ToListAsync(cancellationToken);
            more = [.. functions.Select(a => DigestAlgorithm.Find(a)!)];
            keys = await session.Rows.Copies.AsNoTracking().Where(c => c.PackageId == copy.PackageId && c.Store == copy.Store).OrderBy(c => c.Key).ToListAsync(cancellationToken);
        }
        var readings = await ReadAsync(copy, keys, more, cancellationToken);
        // Contents first, the root inventory after them: a copy that is being filled never claims a version it does not have yet.
        var bads = readings.Where(r => r.Outcome != FixityOutcome.Ok).OrderBy(r => r.Key.Role != CopyRole.Content).ThenByDescending(r => r.Key.Key, StringComparer.Ordinal).ToList();
        if (bads.Count > 0 && (!await IsStillMeantAsync(copy, cancellationToken) || (stores.Stores.ContainsKey(copy.Store) && !await stores.IsConnectedAsync(copy.Store, cancellationToken)))) return;
        await TellAsync(run, copy, bads, cancellationToken);
        var repairs = new List<(KeyReading Bad, RepairResult Result)>();
        using (trace.Enter("fixity.repair"))
            foreach (var bad in bads)
                repairs.Add((bad, bad.Outcome == FixityOutcome.Unreadable ? new RepairResult(null, null, bad.Detail) : await repair.RunAsync(bad, run.Id, cancellationToken)));
        await RecordAsync(run, copy, readings, repairs, cancellationToken);
    }

    private async Task<ImmutableArray<KeyReading>> ReadAsync(PackageCopy copy, List<StoredCopy> keys, List<DigestAlgorithm> more, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("fixity.read");
        if (!stores.Stores.TryGetValue(copy.Store, out var store)) return [.. keys.Select(k => new KeyReading(k, FixityOutcome.Unreadable, null, null, "the store is not configured"))];
        var readings = await CopyReader.ReadAsync(store, keys, more, cancellationToken);
        foreach (var slip in readings.Where(r => r.IsSlip)) LogSlip(copy.Store, slip.Key.Key);
        return readings;
    }

    // Told before anything is done about it: whoever dies while repairing leaves no damage that nobody heard of. A copy that was awaited is being written, which is no incident.
    private async Task TellAsync(FixityRun run, PackageCopy copy, List<KeyReading> bads, CancellationToken cancellationToken)
    {
        if (bads.Count == 0 || copy.State == CopyState.Awaited) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await FixityIncident.TellAsync(session, run, copy, bads, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // A reading that outlasted its lease may have met a version that was written meanwhile: nothing is repaired after an out-of-date list.
    private async Task<bool> IsStillMeantAsync(PackageCopy copy, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var look = session.Command($"SELECT version = $3 AND NOT {FixityClaims.IsBeingWritten} $4) FROM package_copy WHERE package_id = $1 AND store = $2", copy.PackageId, copy.Store, copy.Version, session.Now);
        return await look.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task RecordAsync(
        FixityRun run, PackageCopy copy, ImmutableArray<KeyReading> readings, List<(KeyReading Bad, RepairResult Result)> repairs, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("fixity.record");
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var worst = readings.Select(r => r.Outcome).DefaultIfEmpty(FixityOutcome.Ok).MaxBy(o => o switch { FixityOutcome.Mismatch => 3, FixityOutcome.Missing => 2, FixityOutcome.Unreadable => 1, _ => 0 });
        var open = repairs.Where(r => r.Result.RepairedFrom is null).ToList();
        var state = open.Count == 0 ? CopyState.Good
            : open.Exists(r => r.Bad.Outcome == FixityOutcome.Mismatch) ? CopyState.Bad : open.Exists(r => r.Bad.Outcome == FixityOutcome.Missing) ? CopyState.Missing : CopyState.Unreadable;
        // A copy that could not be read keeps the date of its last proof: coverage must not grow by failing.
        var unread = open.Exists(r => r.Bad.Outcome == FixityOutcome.Unreadable);
        // A copy that was awaited is written here, as planned: that is no incident.
        var isWriting = copy.State == CopyState.Awaited && repairs.Count > 0 && state == CopyState.Good;
        if (copy.State == CopyState.Awaited && state != CopyState.Good && !open.Exists(r => r.Bad.Outcome == FixityOutcome.Mismatch)) state = CopyState.Awaited;
        await using (var update = session.Command("""
            UPDATE package_copy SET state = $3, last_result = $4, last_read_at = CASE WHEN $5 THEN last_read_at ELSE $6 END,
                verified_at = CASE WHEN $3 = 'Good' THEN $6 ELSE verified_at END, lease_until = CASE WHEN $5 THEN $7 ELSE NULL END,
                lock_until = CASE WHEN $8 THEN NULL ELSE lock_until END, held = held AND NOT $8, lock_lease_until = CASE WHEN $8 THEN NULL ELSE lock_lease_until END
            WHERE package_id = $1 AND store = $2
            """, copy.PackageId, copy.Store, state.ToString(), worst.ToString(), unread, now, now + options.Value.Fixity.Lease, repairs.Exists(r => r.Result.RepairedFrom is not null)))
            await update.ExecuteNonQueryAsync(cancellationToken);
        var repaired = repairs.Where(r => r.Result.RepairedFrom is not null).Select(r => r.Bad.Key.Id).ToHashSet();
        await using (var update = session.Command("""
            UPDATE copy SET state = t.state, last_result = t.outcome, last_read_at = CASE WHEN t.outcome = 'Unreadable' THEN last_read_at ELSE $3 END,
                lock_until = CASE WHEN copy.id = ANY ($5) THEN NULL ELSE lock_until END, store_version_id = CASE WHEN copy.id = ANY ($5) THEN NULL ELSE store_version_id END
            FROM unnest($1::bigint[], $2::text[], $4::text[]) AS t (id, outcome, state) WHERE copy.id = t.id
            """, readings.Select(r => r.Key.Id).ToArray(), readings.Select(r => r.Outcome.ToString()).ToArray(), now,
            readings.Select(r => (r.Outcome == FixityOutcome.Ok || repaired.Contains(r.Key.Id) ? CopyState.Good
                : r.Outcome == FixityOutcome.Missing ? state == CopyState.Awaited ? CopyState.Awaited : CopyState.Missing : r.Outcome == FixityOutcome.Unreadable ? CopyState.Unreadable : CopyState.Bad).ToString()).ToArray(), repaired.ToArray()))
            await update.ExecuteNonQueryAsync(cancellationToken);
        await KeepDigestsAsync(session, readings, cancellationToken);
        await _plans.AssignAsync(session, copy.PackageId, copy.Store, cancellationToken);
        await FixityResults.AddAsync(session, run, copy, worst, readings.Length, readings.Sum(r => r.ObservedBytes ?? 0), cancellationToken);
        if (copy.State == CopyState.Awaited && !isWriting && repairs.Count > 0)
        {
            await FixityIncident.TellAsync(session, run, copy, [.. repairs.Select(r => r.Bad)], cancellationToken);
            await session.FlushAsync(cancellationToken);
        }
        var left = isWriting ? 0 : await FixityIncident.CloseAsync(session, run, copy, readings, repairs, state, cancellationToken);
        await using (var count = session.Command("""
            UPDATE fixity_run SET copies_read = copies_read + $2, files_read = files_read + $3, bytes_read = bytes_read + $4, problems = problems + $5, repaired = repaired + $6 WHERE id = $1
            """, run.Id, unread ? 0L : 1L, (long)readings.Count(r => r.ObservedBytes is not null), readings.Sum(r => r.ObservedBytes ?? 0), isWriting ? 0L : repairs.Count + (long)left, isWriting ? 0L : repaired.Count + (long)left))
            await count.ExecuteNonQueryAsync(cancellationToken);
        if (isWriting) session.Rows.PremisEvents.Add(new PremisEvent
        {
            Id = Guid.CreateVersion7(now), Type = "replication", At = now, Outcome = "success", Detail = copy.Store, PackageId = copy.PackageId, Agent = Events.Software,
            AgencyId = await session.Rows.Packages.Where(p => p.Id == copy.PackageId).Select(p => (Guid?)p.ProducerId).SingleOrDefaultAsync(cancellationToken),
        });
        await session.CommitAsync(cancellationToken);
        if (repairs.Count > 0 && !isWriting) LogProblems(copy.PackageId, copy.Store, repairs.Count, repaired.Count);
    }

    // Only of bytes that were just proven to be the right ones: what does not match is an incident and gets no new proof.
    private static async Task KeepDigestsAsync(CatalogueSession session, ImmutableArray<KeyReading> readings, CancellationToken cancellationToken)
    {
        var digests = readings.SelectMany(r => r.More.Select(d => (r.Key.Sha512, Digest: d))).DistinctBy(d => (Convert.ToHexString(d.Sha512), d.Digest.Algorithm)).ToList();
        if (digests.Count == 0) return;
        await using var keep = session.Command("""
            INSERT INTO content_digest (sha512, algorithm, digest, read_at) SELECT t.*, $4 FROM unnest($1::bytea[], $2::text[], $3::bytea[]) AS t
            ON CONFLICT (sha512, algorithm) DO UPDATE SET read_at = excluded.read_at WHERE content_digest.digest = excluded.digest
            """, digests.Select(d => d.Sha512).ToArray(), digests.Select(d => d.Digest.Algorithm.Name).ToArray(), digests.Select(d => d.Digest.Bytes.ToArray()).ToArray(), session.Now);
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }

    // A run ends when nobody is at a copy of it any more and none waits for a store's budget. What other processes have still to read is waited for while they are alive; a medium that is away is not.
    private async Task EndAsync(FixityRun run, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var due = FixityClaims.IsDue(run);
        await using var end = session.Command($"""
            UPDATE fixity_run SET state = 'Ended', ended_at = $4 WHERE id = $5 AND state = 'Running' AND NOT EXISTS (
                SELECT FROM package_copy WHERE {due} AND ($3::uuid IS NULL OR package_id = $3) AND ((lease_until > $4 AND state <> 'Unreadable') OR {FixityClaims.IsBeingWritten} $4)))
            AND NOT EXISTS (SELECT FROM package_copy JOIN store s ON s.name = store WHERE {due} AND ($3::uuid IS NULL OR package_id = $3)
                AND (lease_until IS NULL OR lease_until < $4) AND s.present AND s.last_seen_at > $6 AND store = ANY ($7))
            AND NOT EXISTS (SELECT FROM package_copy JOIN fixity_pace f USING (store) WHERE {due} AND $3::uuid IS NULL AND (lease_until IS NULL OR lease_until < $4) AND f.free_at > $4 AND store = ANY ($8))
            """, run.Cutoff, run.CreatedAt, run.PackageId, session.Now, run.Id, session.Now - AliveWithin, stores.Configured.Where(s => s.Access != StoreAccess.ReadWrite).Select(s => s.Name).ToArray(),
            (await stores.ConnectedAsync(cancellationToken)).ToArray());
        await end.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(4001, LogLevel.Error, "Object {Id} on {Store}: {Problems} keys were not as recorded, {Repaired} repaired")]
    private partial void LogProblems(Guid id, string store, int problems, int repaired);

    [LoggerMessage(4003, LogLevel.Warning, "{Store} gave other bytes of {Key} than it holds, once; a second reading was right")]
    private partial void LogSlip(string store, string key);
}
