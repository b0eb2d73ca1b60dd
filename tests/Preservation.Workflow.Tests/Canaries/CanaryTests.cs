using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Canaries;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Tests.Fixity;

namespace Preservation.Workflow.Tests.Canaries;

/// <summary>Rounds of a week over two stores, hour by hour.</summary>
internal sealed class CanaryTests : CopiesFixture
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(12);

    private CanaryKeeper Keeper => new(Database.Sessions, Stores, new CanaryObjects(Database.Sessions, new CopyWriter(Stores, new WorkTrace(Options), Database.Sessions)), Options, NullLogger<CanaryKeeper>.Instance);

    [Test]
    public async Task With_a_worker_at_work_every_damage_is_detected_and_repaired_and_the_seed_is_told_after()
    {
        await LiveAsync(TimeSpan.FromDays(7) + Step, worksHonestly: true);
        var scores = await ScoresAsync();
        Assert.That(scores.Select(s => (s.Store, s.Standing)), Is.EqualTo(new[] { ("first", CanaryStanding.Good), ("second", CanaryStanding.Good) }));
        Assert.That(scores.Select(s => s.LongestToDetect), Is.All.InRange(1, TimeSpan.FromDays(2).TotalSeconds));
        await using var session = await BeginAsync();
        var rounds = await session.Rows.CanaryCycles.OrderBy(c => c.Number).ToListAsync();
        Assert.That(rounds.Select(r => (r.Number, r.Secret is null, r.Seed is null)), Is.EqualTo(new[] { (1L, true, false), (2L, false, true) }));
        Assert.That(SHA256.HashData(rounds[0].Seed!), Is.EqualTo(rounds[0].Commitment), "what was committed to");
        // The second round has begun, and what is drawn for its first hours may have been done already.
        var damages = await session.Rows.CanaryDamages.Where(d => d.CycleId == rounds[0].Id).OrderBy(d => d.Store).ToListAsync();
        Assert.That(damages.Select(d => (d.Store, d.DetectedAt is not null, d.RepairedAt is not null)), Is.EqualTo(new[] { ("first", true, true), ("first", true, true), ("second", true, true), ("second", true, true) }));
        foreach (var damage in damages)
        {
            var draw = CanaryDraw.Of(rounds[0].Seed!, damage.Store, damage.Ordinal, rounds[0].StartedAt, rounds[0].EndsAt);
            Assert.That((draw.At, draw.Kind), Is.EqualTo((damage.DrawnAt, damage.Kind)), "anybody can work it out again");
            Assert.That(draw.At, Is.InRange(rounds[0].StartedAt, rounds[0].StartedAt.AddDays(3.5)));
        }
        Assert.That(await session.Rows.Tasks.AnyAsync(), Is.False, "canaries make no work for anybody");
        Assert.That(await session.Rows.PremisEvents.AnyAsync(), Is.False);
        Assert.That((await new FixityReport(Options).MakeAsync(session, default)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_worker_that_is_switched_off_turns_the_score_red_within_the_round()
    {
        await LiveAsync(TimeSpan.FromDays(6.5), worksHonestly: null);
        Assert.That((await ScoresAsync()).Select(s => (s.Standing, s.Reason)), Is.All.EqualTo((CanaryStanding.Failed, "notDetected")));
    }

    [Test]
    public async Task A_worker_that_says_good_without_reading_turns_the_score_red_within_the_round()
    {
        await LiveAsync(TimeSpan.FromDays(6.5), worksHonestly: false);
        Assert.That((await ScoresAsync()).Select(s => (s.Standing, s.Reason)), Is.All.EqualTo((CanaryStanding.Failed, "notDetected")));
        await LiveAsync(TimeSpan.FromDays(1), worksHonestly: false);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.CanaryFailed && t.State == TaskState.Open).Select(t => t.Subject.Substring(0, 6)).OrderBy(s => s).ToListAsync(), Is.EqualTo(new[] { "first:", "second" }));
    }

    [Test]
    public async Task A_worker_that_claims_repairs_it_did_not_make_is_seen_through()
    {
        await LiveAsync(TimeSpan.FromDays(4), worksHonestly: null);
        await using (var session = await BeginAsync())
        {
            var run = FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now);
            await session.FlushAsync(default);
            foreach (var damage in await session.Rows.CanaryDamages.ToListAsync())
                session.Rows.FixityProblems.Add(new FixityProblem
                {
                    Id = Guid.NewGuid(), RunId = run.Id, PackageId = damage.PackageId, Store = damage.Store, Key = damage.Key, Outcome = damage.Kind == DamageKind.Delete ? FixityOutcome.Missing : FixityOutcome.Mismatch,
                    ExpectedSha512 = new byte[64], ObservedSha512 = damage.DamagedSha512, FoundAt = session.Now, Action = "repaired", RepairedFrom = "second", RepairedAt = session.Now,
                });
            await session.CommitAsync(default);
        }
        await LiveAsync(TimeSpan.FromDays(2.5), worksHonestly: null);
        Assert.That((await ScoresAsync()).Select(s => (s.Standing, s.Reason, s.Detected, s.Repaired)), Is.All.EqualTo((CanaryStanding.Failed, "notRepaired", 2, 0)));
    }

    [Test]
    public async Task Nobody_who_keeps_the_canaries_is_red_too()
    {
        Assert.That((await ScoresAsync()).Select(s => s.Standing), Is.All.EqualTo(CanaryStanding.Waiting), "the stores are new");
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.That((await ScoresAsync()).Select(s => s.Reason), Is.All.EqualTo("noRound"));
        await Keeper.RunAsync(default);
        Clock.Advance(TimeSpan.FromDays(3.6));
        Assert.That((await ScoresAsync()).Select(s => s.Reason), Is.All.EqualTo("notDamaged"), "nobody did what was drawn for the first half of the round");
    }

    [Test]
    public async Task Canaries_are_no_holdings_and_their_secret_is_in_no_journal()
    {
        await Keeper.RunAsync(default);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.PackageCopies.CountAsync(), Is.EqualTo(8), "two for each store, each on both");
        Assert.That((await new FixityReport(Options).MakeAsync(session, default)).Stores.Select(s => s.Copies), Is.All.Zero);
        var entry = await session.Rows.JournalEntries.SingleAsync(e => e.TableName == "canary_cycle");
        Assert.That(entry.RowData, Does.Contain("commitment").And.Not.Contain("secret"));
        await Keeper.RunAsync(default);
        Assert.That(await session.Rows.PackageCopies.CountAsync(), Is.EqualTo(8));
    }

    // Null: nobody reads. False: somebody marks everything as read and good.
    private async Task LiveAsync(TimeSpan span, bool? worksHonestly)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            await Keeper.RunAsync(default);
            Clock.Advance(Step);
            if (worksHonestly == true)
            {
                await Runner.ScheduleAsync(default);
                await Runner.WorkAsync(default);
            }
            else if (worksHonestly == false)
            {
                await using var session = await BeginAsync();
                await session.Rows.PackageCopies.ExecuteUpdateAsync(u => u.SetProperty(c => c.LastReadAt, session.Now).SetProperty(c => c.State, CopyState.Good));
                await session.CommitAsync(default);
            }
        }
        await Keeper.RunAsync(default);
    }

    private async Task<IReadOnlyList<CanaryScore>> ScoresAsync()
    {
        await using var session = await BeginAsync();
        return (await new FixityReport(Options).MakeAsync(session, default)).Canaries;
    }
}
