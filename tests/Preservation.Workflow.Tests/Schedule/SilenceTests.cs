using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Schedule;

namespace Preservation.Workflow.Tests.Schedule;

internal sealed class SilenceTests : WorkflowFixture
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private SignsOfLife Signs => new(Database.Sessions, Clock);

    private SilenceWatch Watch => new(Database.Sessions);

    [Test]
    public async Task Who_is_at_work_as_often_as_he_should_is_not_silent_and_who_misses_three_turns_is()
    {
        await LiveAsync("PlanFixity", Silence.Fixity, Silence.Stores);
        Clock.Advance(TimeSpan.FromHours(3));
        Assert.That(await SilentAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await LiveAsync(Silence.Fixity, Silence.Stores);
        Assert.That(await SilentAsync(), Is.EqualTo(new[] { "PlanFixity" }));
    }

    [Test]
    public async Task Who_was_never_at_work_is_silent_once_the_archive_is_a_quarter_of_an_hour_old()
    {
        await using (var session = await BeginAsync())
        {
            session.Rows.Stores.Add(new Store { Name = "a", Kind = "FileSystem", Address = "/a", FailureDomain = "{}", RegisteredAt = session.Now });
            await session.CommitAsync(default);
        }
        Assert.That(await SilentAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromMinutes(16));
        await LiveAsync(Silence.Stores);
        Assert.That(await SilentAsync(), Is.EqualTo(new[] { "FixityWorker", "PlanFixity" }));
    }

    [Test]
    public async Task Who_fails_each_time_is_as_good_as_silent_and_the_problem_is_kept()
    {
        await LiveAsync("PlanFixity");
        for (var i = 0; i < 4; i++)
        {
            Clock.Advance(Hour);
            await Signs.BeginAsync("PlanFixity", Hour, default);
            await Signs.EndAsync("PlanFixity", Hour, "the disk is full", default);
        }
        await using var session = await BeginAsync();
        Assert.That((await Silence.FindAsync(session, default)).Select(s => (s.Name, s.Problem)), Is.EqualTo(new[] { ("PlanFixity", "the disk is full") }));
    }

    [Test]
    public async Task Who_is_at_a_long_work_is_given_hours_and_then_hangs()
    {
        await LiveAsync("ReconcileStores");
        Clock.Advance(Hour);
        await Signs.BeginAsync("ReconcileStores", Hour, default);
        Clock.Advance(TimeSpan.FromHours(8));
        Assert.That(await SilentAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.That(await SilentAsync(), Is.EqualTo(new[] { "ReconcileStores" }));
    }

    [Test]
    public async Task A_silence_is_one_task_in_both_languages_that_ends_by_itself()
    {
        await LiveAsync("PlanFixity");
        Clock.Advance(TimeSpan.FromHours(4));
        await Watch.RunAsync(default);
        await Watch.RunAsync(default);
        await using (var session = await BeginAsync())
        {
            var task = await session.Rows.Tasks.SingleAsync();
            Assert.That((task.Kind, task.State, task.Role), Is.EqualTo((TaskKinds.WorkSilent, TaskState.Open, Role.PreservationOfficer)));
            Assert.That(task.Subject, Does.StartWith("PlanFixity: ").And.Contain("im lặng").And.Contain("silent since 2026-03-01 08:00Z"));
        }
        await LiveAsync("PlanFixity");
        await Watch.RunAsync(default);
        await using var look = await BeginAsync();
        Assert.That((await look.Rows.Tasks.SingleAsync()).State, Is.EqualTo(TaskState.Done));
    }

    [Test]
    public async Task Signs_are_written_once_a_minute_at_most()
    {
        var signs = Signs;
        await signs.BeginAsync("x", Hour, default);
        Clock.Advance(TimeSpan.FromSeconds(59));
        await signs.BeginAsync("x", Hour, default);
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.SignsOfLife.SingleAsync()).LastAt, Is.EqualTo(session.Now.AddSeconds(-59)));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await signs.BeginAsync("x", Hour, default);
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.SignsOfLife.SingleAsync()).LastAt, Is.EqualTo(session.Now));
    }

    private async Task LiveAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await Signs.BeginAsync(name, Hour, default);
            await Signs.EndAsync(name, Hour, null, default);
        }
    }

    private async Task<List<string>> SilentAsync()
    {
        await using var session = await BeginAsync();
        return [.. (await Silence.FindAsync(session, default)).Select(s => s.Name)];
    }
}
