using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Testing.Storage;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>The second store's objects lie in an archive tier.</summary>
internal sealed class SleepingCopiesTests : CopiesFixture
{
    private ArchiveTier _tier = null!;

    [TearDown]
    public async Task EndTier() => await _tier.DisposeAsync();

    protected override void Configure(PreservationOptions options)
    {
        _tier = new ArchiveTier();
        var bucket = S3Bucket.Options();
        var second = options.Stores[1];
        (second.Kind, second.Endpoint, second.Region, second.Bucket, second.AccessKey, second.SecretKey) = (StoreKind.S3, _tier.Endpoint.ToString(), bucket.Region, bucket.Bucket, bucket.AccessKey, bucket.SecretKey);
        (second.ColdBytesPerMonth, second.WakeDays) = (1_000, 7);
    }

    [Test]
    public async Task A_sample_of_an_archive_tier_is_asked_for_and_read_when_it_is_there_and_nobody_is_alarmed_meanwhile()
    {
        var id = await AddAsync();
        await Runner.ScheduleAsync(default);
        await Runner.WorkAsync(default);
        var asleep = await CopyAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tier.Asked, Has.Count.EqualTo(1));
            Assert.That((asleep.State, asleep.LastResult, asleep.DueAt > Clock.GetUtcNow()), Is.EqualTo((CopyState.Good, FixityOutcome.Ok, true)));
            Assert.That(await CountAsync(), Is.EqualTo((0, 0, 0)), "results, tasks, runs that are still open");
        }
        Clock.Advance(TimeSpan.FromHours(7));
        await Runner.ScheduleAsync(default);
        await Runner.WorkAsync(default);
        Assert.That((_tier.Refused, _tier.Asked.Count), Is.EqualTo((2, 1)), "it is looked after every six hours, and asked for once");
        _tier.Wake();
        Clock.Advance(TimeSpan.FromHours(7));
        await Runner.ScheduleAsync(default);
        await Runner.WorkAsync(default);
        var awake = await CopyAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((awake.State, awake.LastReadAt > asleep.LastReadAt, awake.LeaseUntil), Is.EqualTo((CopyState.Good, true, (DateTimeOffset?)null)));
            Assert.That(await CountAsync(), Is.EqualTo((1, 0, 0)));
        }
    }

    [Test]
    public async Task A_run_that_a_person_asked_for_stays_open_until_what_sleeps_was_read()
    {
        var id = await AddAsync();
        Assert.That((await RunAsync()).State, Is.EqualTo(RunState.Running));
        _tier.Wake();
        Clock.Advance(TimeSpan.FromHours(7));
        await Runner.WorkAsync(default);
        Assert.That((await CopyAsync(id)).LastReadAt, Is.EqualTo(Clock.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
        Assert.That((await CountAsync()).Open, Is.Zero);
    }

    [Test]
    public async Task Damage_that_shows_when_a_copy_wakes_is_repaired()
    {
        var id = await AddAsync();
        await using (var bucket = await S3Bucket.OpenAsync()) await bucket.PutAsync(KeyOf(id), new MemoryStream(new byte[100]), 100, Preservation.Storage.Objects.PutCondition.Any, default);
        await RunAsync();
        _tier.Wake();
        Clock.Advance(TimeSpan.FromHours(7));
        await Runner.WorkAsync(default);
        Assert.That((await CopyAsync(id)).State, Is.EqualTo(CopyState.Good));
        await using var healed = await S3Bucket.OpenAsync();
        await using var content = await healed.OpenReadAsync(KeyOf(id), null, default);
        using var read = new MemoryStream();
        await content.Stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(await File.ReadAllBytesAsync(PathOf("first", KeyOf(id)))));
    }

    private async Task<Guid> AddAsync()
    {
        var id = await AddObjectAsync(100);
        await using var bucket = await S3Bucket.OpenAsync();
        await using var content = File.OpenRead(PathOf("second", KeyOf(id)));
        await bucket.PutAsync(KeyOf(id), content, content.Length, Preservation.Storage.Objects.PutCondition.Any, default);
        return id;
    }

    private async Task<PackageCopy> CopyAsync(Guid id) => (await CopiesAsync()).Single(c => c.PackageId == id && c.Store == "second");

    private async Task<(int Results, int Tasks, int Open)> CountAsync()
    {
        await using var session = await BeginAsync();
        return (await session.Rows.FixityResults.CountAsync(r => r.Store == "second"), await session.Rows.Tasks.CountAsync(), await session.Rows.FixityRuns.CountAsync(r => r.State == RunState.Running));
    }
}
