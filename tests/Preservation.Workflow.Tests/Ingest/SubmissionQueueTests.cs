using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Ingest;

internal sealed class SubmissionQueueTests : WorkflowFixture
{
    private SubmissionQueue Queue => new(Database.Sessions, Settings.Of(o => o.Ingest = new IngestOptions
    {
        Lease = TimeSpan.FromMinutes(2), RetryAfter = TimeSpan.FromSeconds(10), RetryAtMost = TimeSpan.FromMinutes(1), TaskAfterFailures = 3,
    }), Clock);

    [Test]
    public async Task Many_workers_never_claim_the_same()
    {
        var added = new List<Guid>();
        for (var i = 0; i < 20; i++) added.Add(await AddSubmissionAsync());
        var claims = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var mine = new List<Guid>();
            while (await Queue.ClaimAsync(default) is { } claim) mine.Add(claim.Id);
            return mine;
        })))).SelectMany(m => m).ToList();
        Assert.That(claims, Is.Unique);
        Assert.That(added, Is.SupersetOf(claims));
        // A worker that found every due row locked by others gives up early; what is left is claimed by the next that asks.
        while (await Queue.ClaimAsync(default) is { } claim) claims.Add(claim.Id);
        Assert.That(claims, Is.EquivalentTo(added));
    }

    [Test]
    public async Task Only_what_is_to_be_worked_on_is_claimed_oldest_first()
    {
        await AddSubmissionAsync(SubmissionState.AwaitingApproval);
        await AddSubmissionAsync(SubmissionState.Rejected);
        await AddSubmissionAsync(SubmissionState.Preserved);
        var second = await AddSubmissionAsync(change: s => s.ReceivedAt = Clock.GetUtcNow() - TimeSpan.FromMinutes(1));
        var first = await AddSubmissionAsync(SubmissionState.Archiving, s => s.ReceivedAt = Clock.GetUtcNow() - TimeSpan.FromMinutes(2));
        Assert.That(await Queue.ClaimAsync(default), Is.EqualTo(new SubmissionClaim(first, 1, SubmissionState.Archiving)));
        Assert.That(await Queue.ClaimAsync(default), Is.EqualTo(new SubmissionClaim(second, 1, SubmissionState.Checking)));
        Assert.That(await Queue.ClaimAsync(default), Is.Null);
    }

    [Test]
    public async Task An_expired_lease_is_taken_over_and_the_old_claim_is_fenced_off()
    {
        await AddSubmissionAsync();
        var old = (await Queue.ClaimAsync(default))!;
        Clock.Advance(TimeSpan.FromMinutes(1.9));
        Assert.That(await Queue.ClaimAsync(default), Is.Null);
        Clock.Advance(TimeSpan.FromMinutes(0.2));
        var taken = (await Queue.ClaimAsync(default))!;
        Assert.That(taken, Is.EqualTo(old with { Attempt = 2 }));
        Assert.That(async () => await Queue.OpenAsync(old, default), Throws.InstanceOf<LeaseLostException>());
        Assert.That(async () => await Queue.RetryLaterAsync(old, "late", default), Throws.InstanceOf<LeaseLostException>());
        var (session, submission) = await Queue.OpenAsync(taken, default);
        await using (session) Assert.That(submission.Attempt, Is.EqualTo(2));
    }

    [Test]
    public async Task The_pause_between_attempts_grows_to_its_limit_and_a_task_is_opened_once()
    {
        var id = await AddSubmissionAsync();
        var pauses = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var claim = await Queue.ClaimAsync(default);
            Assert.That(claim, Is.Not.Null);
            await Queue.RetryLaterAsync(claim!, $"problem {i}", default);
            Assert.That(await Queue.ClaimAsync(default), Is.Null, "not before the pause is over");
            await using var session = await BeginAsync();
            var submission = await session.Rows.Submissions.SingleAsync(s => s.Id == id);
            Assert.That((submission.Failures, submission.LastProblem, submission.LeaseUntil), Is.EqualTo((i + 1, $"problem {i}", (DateTimeOffset?)null)));
            pauses.Add((submission.NotBefore!.Value - Clock.GetUtcNow()).TotalSeconds);
            Clock.Advance(submission.NotBefore.Value - Clock.GetUtcNow());
        }
        Assert.That(pauses, Is.EqualTo(new[] { 10, 20, 40, 60, 60, 60 }));
        await using var look = await BeginAsync();
        var task = await look.Rows.Tasks.SingleAsync();
        Assert.That((task.Kind, task.Role, task.SubmissionId, task.AgencyId), Is.EqualTo((TaskKinds.IngestTrouble, Role.PreservationOfficer, (Guid?)id, (Guid?)Agency)));
        Assert.That(task.Subject, Does.Contain("3 attempts").And.Contain("problem 2"));
    }

    [Test]
    public async Task Waiting_for_others_is_no_failure_and_calls_nobody()
    {
        var id = await AddSubmissionAsync();
        for (var i = 0; i < 6; i++)
        {
            var claim = await Queue.ClaimAsync(default);
            await Queue.WaitAsync(claim!, "another submission is writing a version", null, default);
            Assert.That(await Queue.ClaimAsync(default), Is.Null, "not before the pause is over");
            Clock.Advance(TimeSpan.FromSeconds(10));
        }
        await using var look = await BeginAsync();
        var submission = await look.Rows.Submissions.SingleAsync(s => s.Id == id);
        Assert.That((submission.Failures, submission.LastProblem), Is.EqualTo((0, "another submission is writing a version")));
        Assert.That(await look.Rows.Tasks.AnyAsync(), Is.False);
    }
}
