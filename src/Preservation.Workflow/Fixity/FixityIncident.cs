using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// What is written of a copy's bad keys: first that they were found, in a transaction of its own, then what was done about them. When a process died between the two, the
/// next check of the copy closes what it left. What was found before and is still the same is not written again; a canary makes problems that are measured, and no work for anybody.
/// </summary>
internal static class FixityIncident
{
    /// <summary>The action of a problem about which nothing was done yet.</summary>
    public const string Found = "found";

    private const string Repaired = "repaired";

    /// <summary>Tells of every bad key that is news, with event, audit entry and task.</summary>
    public static async Task TellAsync(CatalogueSession session, FixityRun run, PackageCopy copy, IReadOnlyList<KeyReading> bads, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var known = await UnmendedAsync(session, copy, [.. bads.Select(b => b.Key.Key)], cancellationToken);
        var news = bads.Where(b => !known.TryGetValue(b.Key.Key, out var before) || !(before.Action == Found || IsSame(before, b))).ToList();
        session.Rows.FixityProblems.AddRange(news.Select(b => new FixityProblem
        {
            Id = Guid.CreateVersion7(now), RunId = run.Id, PackageId = copy.PackageId, Store = copy.Store, Key = b.Key.Key, Outcome = b.Outcome, ExpectedSha512 = b.Key.Sha512,
            ObservedSha512 = b.ObservedSha512, ObservedBytes = b.ObservedBytes, Detail = b.Detail, FoundAt = now, Action = Found,
        }));
        if (news.Count == 0 || await IsCanaryAsync(session, copy, cancellationToken)) return;
        var agency = await AgencyAsync(session, copy, cancellationToken);
        var summary = $"{copy.Store}: {news.Count} keys";
        AddEvent(session, now, copy, agency, "fixity check", "fail", summary);
        // Copies of one package are checked at the same time: one task for all of them.
        await using (var alone = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 4244))", copy.PackageId.ToString())) await alone.ExecuteNonQueryAsync(cancellationToken);
        if (!await session.Rows.Tasks.AnyAsync(t => t.PackageId == copy.PackageId && t.Kind == TaskKinds.FixityIncident && t.State == TaskState.Open, cancellationToken))
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(now), Kind = TaskKinds.FixityIncident, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = agency, PackageId = copy.PackageId,
                Subject = summary, CreatedAt = now,
            });
        session.Audit(null, agency, "fixity.problem", "package", copy.PackageId.ToString(), new { run = run.Id, copy.Store, keys = news.Count });
    }

    /// <summary>
    /// Says of each problem of the copy what was done; gives how many were left by a check that did not come to its end and are right now. A copy that is good again without anything
    /// having been done was out of reach, or a person put it right: that is an event too.
    /// </summary>
    public static async Task<int> CloseAsync(CatalogueSession session, FixityRun run, PackageCopy copy, List<(KeyReading Bad, RepairResult Result)> repairs, CopyState state, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var done = repairs.ToDictionary(r => r.Bad.Key.Key, StringComparer.Ordinal);
        var told = await session.Rows.FixityProblems.Where(p => p.PackageId == copy.PackageId && p.Store == copy.Store && p.Action == Found).ToListAsync(cancellationToken);
        // What was told of by an earlier check and kept may be mended by this one.
        var older = await UnmendedAsync(session, copy, [.. repairs.Where(r => r.Result.RepairedFrom is not null).Select(r => r.Bad.Key.Key)], cancellationToken);
        var open = told.Concat(older.Values).DistinctBy(p => p.Id).ToList();
        var left = 0;
        foreach (var problem in open)
            if (done.TryGetValue(problem.Key, out var repair)) Close(problem, repair.Bad, repair.Result, now);
            else
            {
                // The copy was read whole, and the key is not among the bad ones.
                (problem.Action, problem.RepairedAt, problem.Detail) = (Repaired, now, "by a check that did not come to its end, and read again now");
                left++;
            }
        if ((open.Count == 0 && (copy.State == state || state != CopyState.Good)) || await IsCanaryAsync(session, copy, cancellationToken)) return left;
        var agency = await AgencyAsync(session, copy, cancellationToken);
        if (open.Count == 0)
        {
            AddEvent(session, now, copy, agency, "fixity check", "success", $"{copy.Store}: copy is {state}, was {copy.State}");
            return left;
        }
        var mended = open.Count(p => p.RepairedAt == now);
        var summary = $"{copy.Store}: {open.Count} keys, {mended} repaired, copy is {state}";
        if (mended > 0) AddEvent(session, now, copy, agency, "recovery", state == CopyState.Good ? "success" : "fail", summary);
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.PackageId == copy.PackageId && t.Kind == TaskKinds.FixityIncident && t.State == TaskState.Open, cancellationToken);
        if (task is not null && task.Subject.StartsWith(copy.Store + ": ", StringComparison.Ordinal)) task.Subject = summary;
        session.Audit(null, agency, "fixity.outcome", "package", copy.PackageId.ToString(), new { run = run.Id, copy.Store, state, keys = open.Count, repaired = mended });
        return left;
    }

    private static void Close(FixityProblem problem, KeyReading bad, RepairResult result, DateTimeOffset now)
    {
        (problem.QuarantineKey, problem.RepairedFrom, problem.Detail) = (result.QuarantineKey, result.RepairedFrom, result.Problem ?? bad.Detail);
        problem.RepairedAt = result.RepairedFrom is null ? null : now;
        problem.Action = result.RepairedFrom is not null ? Repaired : bad.Outcome == FixityOutcome.Unreadable ? "to be read again" : "kept, no good source";
    }

    private static bool IsSame(FixityProblem before, KeyReading bad) =>
        before.Outcome == bad.Outcome && (before.ObservedSha512 ?? []).AsSpan().SequenceEqual(bad.ObservedSha512) && before.ExpectedSha512.AsSpan().SequenceEqual(bad.Key.Sha512);

    // The newest problem of each key, where it is not mended.
    private static async Task<Dictionary<string, FixityProblem>> UnmendedAsync(CatalogueSession session, PackageCopy copy, List<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return [];
        var all = await session.Rows.FixityProblems.Where(p => p.PackageId == copy.PackageId && p.Store == copy.Store && keys.Contains(p.Key)).ToListAsync(cancellationToken);
        return all.GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => g.MaxBy(p => p.FoundAt)!).Where(p => p.RepairedAt is null).ToDictionary(p => p.Key, StringComparer.Ordinal);
    }

    private static Task<bool> IsCanaryAsync(CatalogueSession session, PackageCopy copy, CancellationToken cancellationToken) => session.Rows.CanaryObjects.AnyAsync(o => o.PackageId == copy.PackageId, cancellationToken);

    private static Task<Guid?> AgencyAsync(CatalogueSession session, PackageCopy copy, CancellationToken cancellationToken) =>
        session.Rows.Packages.AsNoTracking().Where(p => p.Id == copy.PackageId).Select(p => (Guid?)p.ProducerId).SingleOrDefaultAsync(cancellationToken);

    // Problem and event bear the same instant, by which they are found together.
    private static void AddEvent(CatalogueSession session, DateTimeOffset at, PackageCopy copy, Guid? agency, string type, string outcome, string detail) => session.Rows.PremisEvents.Add(new PremisEvent
    {
        Id = Guid.CreateVersion7(at), Type = type, At = at, Outcome = outcome, Detail = detail, AgencyId = agency, PackageId = copy.PackageId, Agent = Events.Software,
    });
}
