using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// What is written of bad keys: first that they were found, in a transaction of its own, then what was done about them. When a process died between the two, the next
/// check of the copy closes what it left.
/// </summary>
internal static class FixityIncident
{
    /// <summary>The action of a problem about which nothing was done yet.</summary>
    public const string Found = "found";

    private const string Repaired = "repaired";

    /// <summary>Tells of every bad key, with event, audit entry and task. One that was told of and not closed is not told of twice.</summary>
    public static async Task TellAsync(CatalogueSession session, FixityRun run, PackageCopy copy, IReadOnlyList<KeyReading> bads, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var open = (await OpenAsync(session, copy, cancellationToken)).ToDictionary(p => p.Key, StringComparer.Ordinal);
        var news = bads.Where(b => !open.ContainsKey(b.Key.Key)).ToList();
        session.Rows.FixityProblems.AddRange(news.Select(b => new FixityProblem
        {
            Id = Guid.CreateVersion7(now), RunId = run.Id, PackageId = copy.PackageId, Store = copy.Store, Key = b.Key.Key, Outcome = b.Outcome, ExpectedSha512 = b.Key.Sha512,
            ObservedSha512 = b.ObservedSha512, ObservedBytes = b.ObservedBytes, Detail = b.Detail, FoundAt = now, Action = Found,
        }));
        if (news.Count == 0) return;
        var agency = await AgencyAsync(session, copy, cancellationToken);
        var summary = $"{copy.Store}: {news.Count} keys";
        session.Rows.PremisEvents.Add(new PremisEvent
        {
            Id = Guid.CreateVersion7(now), Type = "fixity check", At = now, Outcome = "fail", Detail = summary, AgencyId = agency, PackageId = copy.PackageId, Agent = Events.Software,
        });
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

    /// <summary>Says of each problem of the copy that is not closed what was done; gives how many there were and how many of them are mended.</summary>
    public static async Task<(int Told, int Mended)> CloseAsync(CatalogueSession session, FixityRun run, PackageCopy copy, IReadOnlyList<KeyReading> readings,
        List<(KeyReading Bad, RepairResult Result)> repairs, CopyState state, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var open = await OpenAsync(session, copy, cancellationToken);
        if (open.Count == 0) return (0, 0);
        var done = repairs.ToDictionary(r => r.Bad.Key.Key, StringComparer.Ordinal);
        var right = readings.Where(r => r.Outcome == FixityOutcome.Ok).Select(r => r.Key.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var problem in open)
            if (done.TryGetValue(problem.Key, out var repair)) Close(problem, repair.Bad, repair.Result, now);
            else if (right.Contains(problem.Key)) (problem.Action, problem.RepairedAt, problem.Detail) = (Repaired, now, "by a check that did not come to its end, and read again now");
        var mended = open.Count(p => p.RepairedAt == now);
        var summary = $"{copy.Store}: {open.Count} keys, {mended} repaired, copy is {state}";
        var agency = await AgencyAsync(session, copy, cancellationToken);
        if (mended > 0)
            session.Rows.PremisEvents.Add(new PremisEvent
            {
                Id = Guid.CreateVersion7(now), Type = "recovery", At = now, Outcome = state == CopyState.Good ? "success" : "fail", Detail = summary, AgencyId = agency, PackageId = copy.PackageId, Agent = Events.Software,
            });
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.PackageId == copy.PackageId && t.Kind == TaskKinds.FixityIncident && t.State == TaskState.Open, cancellationToken);
        if (task is not null && task.Subject.StartsWith(copy.Store + ": ", StringComparison.Ordinal)) task.Subject = summary;
        session.Audit(null, agency, "fixity.outcome", "package", copy.PackageId.ToString(), new { run = run.Id, copy.Store, state, keys = open.Count, repaired = mended });
        return (open.Count, mended);
    }

    private static void Close(FixityProblem problem, KeyReading bad, RepairResult result, DateTimeOffset now)
    {
        (problem.QuarantineKey, problem.RepairedFrom, problem.Detail) = (result.QuarantineKey, result.RepairedFrom, result.Problem ?? bad.Detail);
        problem.RepairedAt = result.RepairedFrom is null ? null : now;
        problem.Action = result.RepairedFrom is not null ? Repaired : bad.Outcome == FixityOutcome.Unreadable ? "to be read again" : "kept, no good source";
    }

    private static Task<List<FixityProblem>> OpenAsync(CatalogueSession session, PackageCopy copy, CancellationToken cancellationToken) =>
        session.Rows.FixityProblems.Where(p => p.PackageId == copy.PackageId && p.Store == copy.Store && p.Action == Found).ToListAsync(cancellationToken);

    private static Task<Guid?> AgencyAsync(CatalogueSession session, PackageCopy copy, CancellationToken cancellationToken) =>
        session.Rows.Packages.AsNoTracking().Where(p => p.Id == copy.PackageId).Select(p => (Guid?)p.ProducerId).SingleOrDefaultAsync(cancellationToken);
}
