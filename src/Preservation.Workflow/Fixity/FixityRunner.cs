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
    private const int CopiesAtOnce = 64;
    private static readonly TimeSpan WholePlanEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan WakesWithin = TimeSpan.FromHours(6);
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
        // Asked one after the other, each has an index of its own.
        var there = session.Rows.PackageCopies.Where(c => !away.Contains(c.Store));
        if (!await there.AnyAsync(c => c.DueAt <= now, cancellationToken) && !await there.AnyAsync(c => c.State != CopyState.Good, cancellationToken)) return;
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

    /// <summary>The same, telling whenever copies were read: a run can take weeks.</summary>
    public async Task WorkAsync(Func<CancellationToken, Task> onCopies, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onCopies);
        List<FixityRun> runs;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            runs = await session.Rows.FixityRuns.AsNoTracking().Where(r => r.State == RunState.Running).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
        foreach (var run in runs)
        {
            await Task.WhenAll(Enumerable.Range(0, options.Value.Fixity.Workers).Select(async _ =>
            {
                // More each time: a run of few copies is shared by all readers, in a long one the catalogue is asked seldom.
                for (var most = 1; await _claims.NextAsync(run, most, cancellationToken) is { Count: > 0 } copies; most = Math.Min(most * 2, CopiesAtOnce))
                {
                    await CheckAsync(run, copies, cancellationToken);
                    await onCopies(cancellationToken);
                }
            }));
            await EndAsync(run, cancellationToken);
        }
    }

    private async Task CheckAsync(FixityRun run, IReadOnlyList<PackageCopy> copies, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(copies, cancellationToken);
        await PutOffAsync([.. all.Where(r => r.IsWaking).Select(r => r.Copy)], cancellationToken);
        var readings = all.Where(r => !r.IsWaking).ToList();
        var recorded = await RecordGoodAsync(run, readings, cancellationToken);
        foreach (var reading in readings)
            if (!recorded.Contains((reading.Copy.PackageId, reading.Copy.Store))) await MendAsync(run, reading, cancellationToken);
    }

    private async Task<IReadOnlyCollection<CopyReading>> ReadAsync(IReadOnlyList<PackageCopy> copies, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("fixity.read");
        var readings = copies.ToDictionary(c => (c.PackageId, c.Store), c => new CopyReading(c));
        var functions = await CopyKeys.FunctionsAsync(sessions, cancellationToken);
        await foreach (var page in CopyKeys.PagesAsync(sessions, copies, cancellationToken))
            foreach (var keys in page.GroupBy(k => k.Store))
                foreach (var reading in await ReadAsync(keys.Key, [.. keys], functions, cancellationToken)) readings[(reading.Key.PackageId, reading.Key.Store)].Add(reading);
        return readings.Values;
    }

    private async Task<ImmutableArray<KeyReading>> ReadAsync(string name, IReadOnlyList<StoredCopy> keys, IReadOnlyCollection<DigestAlgorithm> more, CancellationToken cancellationToken)
    {
        if (!stores.Stores.TryGetValue(name, out var store)) return [.. keys.Select(k => new KeyReading(k, FixityOutcome.Unreadable, null, null, "the store is not configured"))];
        var readings = await CopyReader.ReadAsync(store, keys, more, cancellationToken);
        foreach (var slip in readings.Where(r => r.IsSlip)) LogSlip(name, slip.Key.Key);
        return readings;
    }

    private async Task<HashSet<(Guid Package, string Store)>> RecordGoodAsync(FixityRun run, IReadOnlyCollection<CopyReading> readings, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("fixity.record");
        return await GoodCopies.RecordAsync(sessions, _plans, run, [.. readings.Where(r => r.IsUnchanged)], cancellationToken);
    }

    // Not read, so not dated: coverage and what is overdue stay as they are. A scheduled run ends without them, and the next one has them; one that a person asked for waits.
    private async Task PutOffAsync(List<PackageCopy> copies, CancellationToken cancellationToken)
    {
        if (copies.Count == 0) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var update = session.Command("""
            UPDATE package_copy c SET lease_until = $3, due_at = greatest(c.due_at, $3) FROM unnest($1::uuid[], $2::text[]) AS t (package_id, store) WHERE c.package_id = t.package_id AND c.store = t.store
            """, copies.Select(c => c.PackageId).ToArray(), copies.Select(c => c.Store).ToArray(), session.Now + WakesWithin);
        await update.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        foreach (var copy in copies) LogWaking(copy.PackageId, copy.Store);
    }

    private async Task MendAsync(FixityRun run, CopyReading reading, CancellationToken cancellationToken)
    {
        var copy = reading.Copy;
        // Contents first, the root inventory after them: a copy that is being filled never claims a version it does not have yet.
        var bads = reading.Bads.OrderBy(r => r.Key.Role != CopyRole.Content).ThenByDescending(r => r.Key.Key, StringComparer.Ordinal).ToList();
        if (bads.Count > 0 && (!await IsStillMeantAsync(copy, cancellationToken) || (stores.Stores.ContainsKey(copy.Store) && !await stores.IsConnectedAsync(copy.Store, cancellationToken)))) return;
        await TellAsync(run, copy, bads, cancellationToken);
        var repairs = new List<(KeyReading Bad, RepairResult Result)>();
        using (trace.Enter("fixity.repair"))
            foreach (var bad in bads)
                repairs.Add((bad, bad.Outcome == FixityOutcome.Unreadable ? new RepairResult(null, null, bad.Detail) : await repair.RunAsync(bad, run.Id, cancellationToken)));
        await RecordAsync(run, reading, repairs, cancellationToken);
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

    private async Task RecordAsync(FixityRun run, CopyReading reading, List<(KeyReading Bad, RepairResult Result)> repairs, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("fixity.record");
        var copy = reading.Copy;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var worst = reading.Bads.Select(r => r.Outcome).DefaultIfEmpty(FixityOutcome.Ok).MaxBy(o => o switch { FixityOutcome.Mismatch => 3, FixityOutcome.Missing => 2, FixityOutcome.Unreadable => 1, _ => 0 });
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
        List<KeyReading> changed = [.. reading.Bads, .. reading.Mended];
        await using (var update = session.Command("""
            UPDATE copy SET state = t.state, last_result = t.outcome, last_read_at = CASE WHEN t.outcome = 'Unreadable' THEN last_read_at ELSE $3 END,
                lock_until = CASE WHEN copy.id = ANY ($5) THEN NULL ELSE lock_until END, store_version_id = CASE WHEN copy.id = ANY ($5) THEN NULL ELSE store_version_id END
            FROM unnest($1::bigint[], $2::text[], $4::text[]) AS t (id, outcome, state) WHERE copy.id = t.id
            """, changed.Select(r => r.Key.Id).ToArray(), changed.Select(r => r.Outcome.ToString()).ToArray(), now,
            changed.Select(r => (r.Outcome == FixityOutcome.Ok || repaired.Contains(r.Key.Id) ? CopyState.Good
                : r.Outcome == FixityOutcome.Missing ? state == CopyState.Awaited ? CopyState.Awaited : CopyState.Missing : r.Outcome == FixityOutcome.Unreadable ? CopyState.Unreadable : CopyState.Bad).ToString()).ToArray(), repaired.ToArray()))
            await update.ExecuteNonQueryAsync(cancellationToken);
        await GoodCopies.KeepDigestsAsync(session, [reading], cancellationToken);
        await _plans.AssignAsync(session, [copy], cancellationToken);
        await FixityResults.AddAsync(session, run, [reading], worst, cancellationToken);
        if (copy.State == CopyState.Awaited && !isWriting && repairs.Count > 0)
        {
            await FixityIncident.TellAsync(session, run, copy, [.. repairs.Select(r => r.Bad)], cancellationToken);
            await session.FlushAsync(cancellationToken);
        }
        var left = isWriting ? 0 : await FixityIncident.CloseAsync(session, run, copy, repairs, state, cancellationToken);
        await using (var count = session.Command("""
            UPDATE fixity_run SET copies_read = copies_read + $2, files_read = files_read + $3, bytes_read = bytes_read + $4, problems = problems + $5, repaired = repaired + $6 WHERE id = $1
            """, run.Id, unread ? 0L : 1L, (long)reading.Files, reading.Bytes, isWriting ? 0L : repairs.Count + (long)left, isWriting ? 0L : repaired.Count + (long)left))
            await count.ExecuteNonQueryAsync(cancellationToken);
        if (isWriting) session.Rows.PremisEvents.Add(new PremisEvent
        {
            Id = Guid.CreateVersion7(now), Type = "replication", At = now, Outcome = "success", Detail = copy.Store, PackageId = copy.PackageId, Agent = Events.Software,
            AgencyId = await session.Rows.Packages.Where(p => p.Id == copy.PackageId).Select(p => (Guid?)p.ProducerId).SingleOrDefaultAsync(cancellationToken),
        });
        await session.CommitAsync(cancellationToken);
        if (repairs.Count > 0 && !isWriting) LogProblems(copy.PackageId, copy.Store, repairs.Count, repaired.Count);
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

    [LoggerMessage(4004, LogLevel.Information, "Object {Id} on {Store} is being restored from an archive tier and is read when it is there")]
    private partial void LogWaking(Guid id, string store);

    [LoggerMessage(4003, LogLevel.Warning, "{Store} gave other bytes of {Key} than it holds, once; a second reading was right")]
    private partial void LogSlip(string store, string key);
}
