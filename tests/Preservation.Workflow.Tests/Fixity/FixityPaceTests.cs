using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>A store with a budget of 1,000 bytes and 100 keys an hour beside one without.</summary>
internal sealed class FixityPaceTests : CopiesFixture
{
    protected override void Configure(PreservationOptions options)
    {
        (options.Stores[0].FixityBytesPerHour, options.Stores[0].FixityRequestsPerHour) = (1_000, 100);
        options.Fixity.Workers = 1;
    }

    [Test]
    public async Task A_store_is_read_no_faster_than_its_budget_and_the_others_as_fast_as_they_can()
    {
        for (var i = 0; i < 4; i++) await AddObjectAsync(500);
        var run = await RunAsync();
        Assert.That((run.State, run.CopiesRead), Is.EqualTo((RunState.Running, 5L)), "four of the second store and one of the first; the rest waits");
        for (var hour = 1; hour <= 6; hour++)
        {
            Clock.Advance(TimeSpan.FromMinutes(30));
            await Runner.WorkAsync(default);
            Assert.That(await ReadOfFirstAsync(), Is.EqualTo(Math.Min(4, 1 + hour)), $"500 bytes each half hour, turn {hour}");
        }
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.FixityRuns.SingleAsync()).State, Is.EqualTo(RunState.Ended));
    }

    [Test]
    public async Task Keys_count_too_and_a_copy_larger_than_the_budget_is_read_and_paid_for()
    {
        await AddObjectAsync(0);
        await AddObjectAsync(5_000);
        await RunAsync();
        Clock.Advance(TimeSpan.FromSeconds(36));
        await Runner.WorkAsync(default);
        Assert.That(await ReadOfFirstAsync(), Is.EqualTo(2), "one key is 36 seconds");
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.FixityPaces.SingleAsync()).FreeAt - session.Now, Is.EqualTo(TimeSpan.FromHours(5)).Within(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Two_workers_of_two_processes_read_no_copy_twice()
    {
        Options.Value.Stores[0].FixityBytesPerHour = null;
        Options.Value.Stores[0].FixityRequestsPerHour = null;
        for (var i = 0; i < 20; i++) await AddObjectAsync(10);
        Options.Value.Fixity.Workers = 2;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await using (var session = await BeginAsync())
        {
            Workflow.Fixity.FixityRunner.Add(session, RunKind.OnDemand, Person, null, session.Now);
            await session.CommitAsync(default);
        }
        await Task.WhenAll(Runner.WorkAsync(default), NewRunner().WorkAsync(default));
        await using var look = await BeginAsync();
        Assert.That((await look.Rows.FixityRuns.SingleAsync()).CopiesRead, Is.EqualTo(40));
        Assert.That(await look.Rows.FixityResults.CountAsync(), Is.EqualTo(40));
    }

    private async Task<int> ReadOfFirstAsync()
    {
        await using var session = await BeginAsync();
        var run = await session.Rows.FixityRuns.SingleAsync();
        return await session.Rows.PackageCopies.CountAsync(c => c.Store == "first" && c.LastReadAt >= run.CreatedAt);
    }
}
