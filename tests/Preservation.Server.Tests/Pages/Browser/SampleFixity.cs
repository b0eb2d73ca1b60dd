using Preservation.Catalogue.Model;
using Preservation.Workflow;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Runs over some weeks, one of which found and repaired a bad copy.</summary>
internal static class SampleFixity
{
    public static async Task AddAsync(SampleArchive archive)
    {
        await using var session = await archive.BeginAsync();
        var last = Guid.Empty;
        foreach (var (back, copies, problems) in new[] { (70, 12, 0), (56, 14, 0), (42, 14, 1), (28, 18, 0), (14, 20, 0), (3, 22, 2), (1, 4, 0) })
        {
            var at = session.Now.AddDays(-back);
            last = Guid.CreateVersion7(at);
            session.Rows.FixityRuns.Add(new FixityRun
            {
                Id = last, Kind = RunKind.Scheduled, State = RunState.Ended, CreatedAt = at, EndedAt = at.AddMinutes(9), Cutoff = at.AddDays(-90), CopiesRead = copies, FilesRead = copies * 7, BytesRead = copies * 48_000_000L,
                Problems = problems, Repaired = problems,
            });
        }
        await session.FlushAsync(default);
        session.Rows.FixityProblems.Add(new FixityProblem
        {
            Id = Guid.NewGuid(), RunId = last, PackageId = archive.Package, Store = "two", Key = "ocfl/0a1/b2c/urn%3auuid/v1/content/representations/rep1/data/quyet-dinh.pdf", Outcome = FixityOutcome.Mismatch,
            ExpectedSha512 = new byte[64], ObservedSha512 = [.. Enumerable.Repeat((byte)0xAB, 64)], ObservedBytes = 10, FoundAt = session.Now.AddDays(-3), QuarantineKey = "quarantine/019a/quyet-dinh.pdf",
            RepairedFrom = "one", RepairedAt = session.Now.AddDays(-3), Action = "repaired",
        });
        foreach (var (store, outcome) in new[] { ("one", DrillOutcome.Passed), ("two", DrillOutcome.Failed) })
            session.Rows.RestoreDrills.Add(new RestoreDrill
            {
                Id = Guid.CreateVersion7(session.Now), PackageId = archive.Package, Store = store, StartedAt = session.Now.AddHours(-2), EndedAt = session.Now.AddHours(-1), Outcome = outcome, Files = 7, Bytes = 48_000_000,
                Report = $$"""[{"name":"restore","passed":true,"detail":"7 files"},{"name":"ocfl","passed":{{(outcome == DrillOutcome.Passed ? "true" : "false")}},"detail":"ocfl/0a1/b2c/urn%3auuid/v1/content/representations/rep1/data/quyet-dinh.pdf"}]""",
            });
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = archive.Incident, Kind = TaskKinds.FixityIncident, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = archive.HomeAffairs, PackageId = archive.Package,
            Subject = "two: 1 keys, 1 repaired, copy is Good", CreatedAt = session.Now,
        });
        await session.CommitAsync(default);
    }
}
