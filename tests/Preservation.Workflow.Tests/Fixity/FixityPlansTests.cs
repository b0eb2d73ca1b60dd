using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

internal sealed class FixityPlansTests : CopiesFixture
{
    protected override void Configure(PreservationOptions options)
    {
        options.Fixity.JitterPercent = 20;
        var secret = new FixityPlanOptions { Name = "secret", WithinDays = 10 };
        secret.Kinds.Add("Tt05Dossier");
        secret.AccessModes.Add("03");
        options.Fixity.Plans.Add(secret);
        var second = new FixityPlanOptions { Name = "on-second", WithinDays = 60 };
        second.Stores.Add("second");
        options.Fixity.Plans.Add(second);
    }

    [Test]
    public async Task The_first_plan_that_fits_holds_and_the_default_for_the_rest()
    {
        var dossier = await AddObjectAsync(kind: "Tt05Dossier", mode: "03");
        var open = await AddObjectAsync(kind: "Tt05Dossier", mode: "01");
        var evidence = await AddObjectAsync();
        await Runner.ScheduleAsync(default);
        Assert.That((await CopiesAsync()).Select(c => (c.PackageId, c.Store, c.Plan)), Is.EquivalentTo(new[]
        {
            (dossier, "first", "secret/10"), (dossier, "second", "secret/10"), (open, "first", "default/30"), (open, "second", "on-second/60"), (evidence, "first", "default/30"), (evidence, "second", "on-second/60"),
        }));
    }

    [Test]
    public async Task Due_dates_are_spread_over_the_end_of_the_period_and_never_after_it()
    {
        for (var i = 0; i < 20; i++) await AddObjectAsync(1);
        await Runner.ScheduleAsync(default);
        var days = (await CopiesAsync()).Where(c => c.Store == "first").Select(c => (c.DueAt!.Value - c.LastReadAt).TotalDays).ToList();
        Assert.That(days, Is.All.InRange(24.0, 30.0));
        Assert.That(days.Max() - days.Min(), Is.GreaterThan(2), "twenty draws over six days");
    }

    [Test]
    public async Task What_is_due_first_is_read_first_and_then_due_again_a_period_later()
    {
        var old = await AddObjectAsync();
        Clock.Advance(TimeSpan.FromDays(9));
        var young = await AddObjectAsync();
        await Runner.ScheduleAsync(default);
        var due = (await CopiesAsync()).Single(c => c.PackageId == old && c.Store == "first").DueAt!.Value;
        Clock.Advance(due - Clock.GetUtcNow());
        await Runner.ScheduleAsync(default);
        await Runner.WorkAsync(default);
        var copies = await CopiesAsync();
        var read = copies.Single(c => c.PackageId == old && c.Store == "first");
        Assert.That(read.LastReadAt, Is.EqualTo(Clock.GetUtcNow()));
        Assert.That(read.DueAt!.Value - read.LastReadAt, Is.EqualTo(due - read.LastReadAt + (read.LastReadAt - (due - (read.DueAt!.Value - read.LastReadAt)))).Within(TimeSpan.FromSeconds(1)));
        Assert.That(read.DueAt, Is.GreaterThan(Clock.GetUtcNow().AddDays(23)));
        Assert.That(copies.Where(c => c.PackageId == young).Select(c => c.LastReadAt), Is.All.LessThan(Clock.GetUtcNow()), "not due yet");
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.FixityRuns.SingleAsync()).State, Is.EqualTo(RunState.Ended));
    }

    [Test]
    public async Task A_plan_that_was_changed_is_seen_by_a_new_process()
    {
        await AddObjectAsync();
        await Runner.ScheduleAsync(default);
        Options.Value.Fixity.WithinDays = 7;
        await NewRunner().ScheduleAsync(default);
        var copy = (await CopiesAsync()).Single(c => c.Store == "first");
        Assert.That((copy.Plan, copy.DueAt <= copy.LastReadAt.AddDays(7)), Is.EqualTo(("default/7", true)));
    }
}
