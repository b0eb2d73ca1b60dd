using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Staging;

namespace Preservation.Workflow.Tests.Staging;

internal sealed class StagingSweeperTests : WorkflowFixture
{
    protected override string Terms => """{"keepRejectedDays":10}""";

    [Test]
    public async Task Staged_bytes_go_when_their_time_is_over_and_not_before()
    {
        var staging = await StageAsync("preserved", "rejected", "returned", "working");
        await AddAsync("preserved", SubmissionState.Preserved, ended: true);
        await AddAsync("rejected", SubmissionState.Rejected, ended: true);
        await AddAsync("returned", SubmissionState.Returned, ended: true);
        await AddAsync("working", SubmissionState.Checking, ended: false);
        var sweeper = new StagingSweeper(Database.Sessions, staging);
        Assert.That(await sweeper.RunAsync(default), Is.EqualTo(1));
        Assert.That(Keys(staging), Is.EquivalentTo(new[] { "rejected", "returned", "working" }));
        Clock.Advance(TimeSpan.FromDays(9.9));
        Assert.That(await sweeper.RunAsync(default), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(0.2));
        Assert.That(await sweeper.RunAsync(default), Is.EqualTo(2));
        Assert.That(Keys(staging), Is.EquivalentTo(new[] { "working" }), "work that goes on keeps its bytes however long it takes");
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.Submissions.Where(s => s.StagingKey != null).Select(s => s.StagingKey).ToListAsync(), Is.EqualTo(new[] { "working" }));
    }

    [Test]
    public async Task Bytes_that_no_row_names_go_after_a_day()
    {
        var staging = await StageAsync("orphan");
        File.SetLastWriteTimeUtc(staging.PathOf("orphan"), Clock.GetUtcNow().UtcDateTime);
        var sweeper = new StagingSweeper(Database.Sessions, staging);
        Clock.Advance(TimeSpan.FromHours(23));
        Assert.That(await sweeper.RunAsync(default), Is.Zero);
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.That(await sweeper.RunAsync(default), Is.EqualTo(1));
        Assert.That(Keys(staging), Is.Empty);
    }

    private async Task<StagingArea> StageAsync(params string[] keys)
    {
        var options = Settings.Of(o => o.Staging.Path = Folder);
        var staging = new StagingArea(options, new WorkTrace(options));
        foreach (var key in keys)
        {
            await staging.ReceiveAsync(key, new MemoryStream([1, 2, 3]), default);
            File.SetLastWriteTimeUtc(staging.PathOf(key), Clock.GetUtcNow().UtcDateTime);
        }
        return staging;
    }

    private Task<Guid> AddAsync(string key, SubmissionState state, bool ended) => AddSubmissionAsync(state, s =>
    {
        s.StagingKey = key;
        s.EndedAt = ended ? Clock.GetUtcNow() : null;
    });

    private static IEnumerable<string> Keys(StagingArea staging) => staging.Keys().Select(k => k.Key);
}
