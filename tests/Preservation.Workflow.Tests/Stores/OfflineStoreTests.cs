using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Stores;

/// <summary>A third store that is connected from time to time: while it is away nothing is missing, and when it is back everything is brought and checked.</summary>
internal sealed class OfflineStoreTests : IngestFixture
{
    private string Medium => Path.Join(Folder, "medium");

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        options.Stores.Add(new StoreOptions { Name = "tape", Path = Medium, Fsync = false, Offline = true });
    }

    [Test]
    public async Task Copies_for_a_medium_that_is_away_are_awaited_and_written_when_it_is_there()
    {
        var package = (await IngestAsync(("a.txt", Content))).PackageId!.Value;
        await Services.GetRequiredService<JournalWriter>().RunAsync(default);
        Assert.That(Directory.Exists(Medium), Is.False, "nothing is made where the medium will be");
        Assert.That(await StateAsync(package), Is.EqualTo(CopyState.Awaited));
        await LookAsync();
        Assert.That(await DueAsync(), Is.False, "what is away is not due");
        await RunAsync();
        Assert.That(await StateAsync(package), Is.EqualTo(CopyState.Awaited), "and a run leaves it alone");
        var report = await ReportAsync();
        Assert.That((report.NotGood, report.Awaited > 0, report.IsOffline, report.IsPresent), Is.EqualTo((0L, true, true, false)));
        Assert.That((await OpenTasksAsync()).Single(), Does.StartWith("storeToConnect tape: Hãy kết nối vật mang tin").And.Contains("Connect the medium of the store tape"));

        await ConnectAsync();
        await LookAsync();
        Assert.That(await OpenTasksAsync(), Is.Empty);
        Assert.That(await DueAsync(), Is.True);
        await RunAsync();
        Assert.That(await StateAsync(package), Is.EqualTo(CopyState.Good));
        Assert.That((await ReportAsync()).Awaited, Is.Zero);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.FixityProblems.AnyAsync(), Is.False, "it was no incident");
        Assert.That(await session.Rows.PremisEvents.AnyAsync(e => e.PackageId == package && e.Type == "replication" && e.Detail == "tape"));
        foreach (var copy in await session.Rows.Copies.Where(c => c.Store == "tape").ToListAsync())
            Assert.That(System.Security.Cryptography.SHA512.HashData(await File.ReadAllBytesAsync(Path.Join(Medium, copy.Key))), Is.EqualTo(copy.Sha512), copy.Key);
    }

    [Test]
    public async Task A_medium_that_was_taken_away_is_neither_missing_nor_failed_and_nothing_is_written_in_its_place()
    {
        await ConnectAsync();
        var package = (await IngestAsync(("a.txt", Content))).PackageId!.Value;
        Assert.That(await StateAsync(package), Is.EqualTo(CopyState.Good));
        Directory.Move(Medium, Medium + "-away");
        Directory.CreateDirectory(Medium); // the mount point
        Clock.Advance(TimeSpan.FromDays(200));
        await LookAsync();
        await RunAsync();
        Assert.That(await StateAsync(package), Is.EqualTo(CopyState.Good));
        Assert.That(Directory.EnumerateFileSystemEntries(Medium), Is.Empty);
        Assert.That((await OpenTasksAsync()).Select(t => t.Split(' ')[0]), Is.EqualTo(new[] { "storeToConnect" }), "its check is due");
        var later = (await IngestAsync(("b.txt", Content))).PackageId!.Value;
        Assert.That(await StateAsync(later), Is.EqualTo(CopyState.Awaited));

        Directory.Delete(Medium);
        Directory.Move(Medium + "-away", Medium);
        await LookAsync();
        await RunAsync();
        Assert.That((await StateAsync(package), await StateAsync(later)), Is.EqualTo((CopyState.Good, CopyState.Good)));
        Assert.That(await OpenTasksAsync(), Is.Empty);
    }

    [Test]
    public async Task Another_medium_in_its_place_is_not_taken_for_it()
    {
        Directory.CreateDirectory(Medium);
        await File.WriteAllTextAsync(Path.Join(Medium, StoreSet.MarkKey), "another\n");
        Assert.That(await Services.GetRequiredService<StoreSet>().IsConnectedAsync("tape", default), Is.False);
        await ConnectAsync();
        Assert.That(await Services.GetRequiredService<StoreSet>().IsConnectedAsync("tape", default), Is.True);
    }

    [Test]
    public async Task A_policy_that_needs_the_medium_waits_for_it()
    {
        Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PreservationOptions>>().Value.Copies.Verified = 3;
        var incomplete = (await Assert.ThrowsAsync<CopiesIncompleteException>(() => IngestAsync(("a.txt", Content))))!;
        Assert.That(incomplete.Message, Does.Contain("tape its medium is away").And.Contains("Chính sách yêu cầu 3 bản sao").And.Contains("asks for 3 proven copies; there are 2"));
    }

    private Task ConnectAsync() => StoreSet.InitialiseAsync(Services.GetRequiredService<StoreSet>().OptionsOf("tape"), default);

    private async Task LookAsync()
    {
        await Services.GetRequiredService<StorePresence>().RunAsync(default);
        await Services.GetRequiredService<StoreWatch>().RunAsync(default);
    }

    private async Task<bool> DueAsync()
    {
        await Services.GetRequiredService<FixityRunner>().ScheduleAsync(default);
        await using var session = await BeginAsync();
        return await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running);
    }

    private async Task RunAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await using (var session = await BeginAsync())
        {
            if (!await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running)) FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now);
            await session.CommitAsync(default);
        }
        await Services.GetRequiredService<FixityRunner>().WorkAsync(default);
        await Services.GetRequiredService<StoreWatch>().RunAsync(default);
        await using var look = await BeginAsync();
        Assert.That(await look.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running), Is.False, "the run has ended");
    }

    private async Task<CopyState> StateAsync(Guid package)
    {
        await using var session = await BeginAsync();
        return await session.Rows.PackageCopies.Where(c => c.PackageId == package && c.Store == "tape").Select(c => c.State).SingleAsync();
    }

    private async Task<StoreCoverage> ReportAsync()
    {
        await using var session = await BeginAsync();
        return (await Services.GetRequiredService<FixityReport>().MakeAsync(session, default)).Stores.Single(s => s.Store == "tape");
    }

    private async Task<List<string>> OpenTasksAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.Where(t => t.State == TaskState.Open).Select(t => t.Kind + " " + t.Subject).ToListAsync();
    }
}
