using Microsoft.EntityFrameworkCore;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

internal sealed class ColdStoreTests : CopiesFixture
{
    protected override void Configure(PreservationOptions options) => options.Stores[1].ColdBytesPerMonth = 350;

    [Test]
    public async Task Each_month_a_sample_within_the_budget_is_restored_and_checked_and_the_whole_within_the_law()
    {
        for (var i = 0; i < 10; i++) await AddObjectAsync(100);
        await Runner.ScheduleAsync(default);
        Assert.That((await CopiesAsync()).Where(c => c.Store == "second").Select(c => c.Plan), Is.All.EqualTo("cold/1095"));
        await Runner.WorkAsync(default);
        Assert.That(await SampledAsync(), Is.EqualTo(3), "300 of 350 bytes");
        Clock.Advance(TimeSpan.FromDays(1));
        await NewRunner().ScheduleAsync(default);
        await Runner.WorkAsync(default);
        Assert.That(await SampledAsync(), Is.EqualTo(3), "once a month, whoever looks");
        Clock.Advance(TimeSpan.FromDays(31));
        await Runner.ScheduleAsync(default);
        await Runner.WorkAsync(default);
        Assert.That(await SampledAsync(), Is.EqualTo(6));
    }

    private async Task<int> SampledAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.FixityResults.CountAsync(r => r.Store == "second");
    }
}
