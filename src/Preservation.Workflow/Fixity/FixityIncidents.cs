using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Writes down what was wrong with a copy and what was done: the problems, a PREMIS event when the copy's state changed or something was repaired, and a task for
/// a person. What was found before and is still the same is not written again.
/// </summary>
internal sealed class FixityIncidents(CatalogueSession session, FixityRun run, PackageCopy copy)
{
    /// <summary>What was found and done in one reading.</summary>
    public async Task AddAsync(IReadOnlyList<(KeyReading Bad, RepairResult Result)> repairs, CopyState state, DateTimeOffset foundAt, CancellationToken cancellationToken)
    {
        var repaired = repairs.Count(r => r.Result.RepairedFrom is not null);
        await AddProblemsAsync(repairs, foundAt, cancellationToken);
        // A canary is no record: it makes problems that are measured, and no work for anybody.
        if (await session.Rows.CanaryObjects.AnyAsync(o => o.PackageId == copy.PackageId, cancellationToken)) return;
        var agency = await AgencyAsync(cancellationToken);
        var summary = $"{copy.Store}: {repairs.Count} keys, {repaired} repaired, copy is {state}";
        if (repaired > 0 || copy.State != state) AddEvent("fixity check", "fail", summary, agency);
        if (repaired > 0) AddEvent("recovery", state == CopyState.Good ? "success" : "fail", summary, agency);
        if (!await session.Rows.Tasks.AnyAsync(t => t.PackageId == copy.PackageId && t.Kind == TaskKinds.FixityIncident && t.State == TaskState.Open, cancellationToken))
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.FixityIncident, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = agency, PackageId = copy.PackageId,
                Subject = summary, CreatedAt = session.Now,
            });
        session.Audit(null, agency, "fixity.problem", "package", copy.PackageId.ToString(), new { run = run.Id, copy.Store, state, keys = repairs.Count });
    }

    /// <summary>A copy that was not good is found to be good without anything having been done: it was out of reach, or a person put it right.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (await session.Rows.CanaryObjects.AnyAsync(o => o.PackageId == copy.PackageId, cancellationToken)) return;
        AddEvent("fixity check", "success", $"{copy.Store}: copy is {CopyState.Good}, was {copy.State}", await AgencyAsync(cancellationToken));
    }

    private async Task AddProblemsAsync(IReadOnlyList<(KeyReading Bad, RepairResult Result)> repairs, DateTimeOffset foundAt, CancellationToken cancellationToken)
    {
        var keys = repairs.Select(r => r.Bad.Key.Key).ToList();
        var newest = (await session.Rows.FixityProblems.AsNoTracking().Where(p => p.Store == copy.Store && keys.Contains(p.Key)).GroupBy(p => p.Key).Select(g => g.OrderByDescending(p => p.FoundAt).First()).ToListAsync(cancellationToken))
            .ToDictionary(p => p.Key);
        foreach (var (bad, result) in repairs)
        {
            if (result.RepairedFrom is null && newest.TryGetValue(bad.Key.Key, out var before) && before.RepairedAt is null && before.Outcome == bad.Outcome
                && (before.ObservedSha512 ?? []).AsSpan().SequenceEqual(bad.ObservedSha512) && before.ExpectedSha512.AsSpan().SequenceEqual(bad.Key.Sha512)) continue;
            session.Rows.FixityProblems.Add(new FixityProblem
            {
                Id = Guid.CreateVersion7(session.Now), RunId = run.Id, PackageId = copy.PackageId, Store = copy.Store, Key = bad.Key.Key, Outcome = bad.Outcome, ExpectedSha512 = bad.Key.Sha512,
                ObservedSha512 = bad.ObservedSha512, ObservedBytes = bad.ObservedBytes, Detail = result.Problem ?? bad.Detail, FoundAt = foundAt, QuarantineKey = result.QuarantineKey,
                RepairedFrom = result.RepairedFrom, RepairedAt = result.RepairedFrom is null ? null : session.Now,
                Action = result.RepairedFrom is not null ? "repaired" : bad.Outcome == FixityOutcome.Unreadable ? "to be read again" : "kept, no good source",
            });
        }
    }

    private Task<Guid?> AgencyAsync(CancellationToken cancellationToken) => session.Rows.Packages.Where(p => p.Id == copy.PackageId).Select(p => (Guid?)p.ProducerId).SingleOrDefaultAsync(cancellationToken);

    private void AddEvent(string type, string outcome, string detail, Guid? agency) => session.Rows.PremisEvents.Add(new PremisEvent
    {
        Id = Guid.CreateVersion7(session.Now), Type = type, At = session.Now, Outcome = outcome, Detail = detail, AgencyId = agency, PackageId = copy.PackageId, Agent = Events.Software,
    });
}
