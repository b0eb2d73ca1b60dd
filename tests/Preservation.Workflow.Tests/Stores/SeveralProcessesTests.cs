using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Stores;

/// <summary>Two processes, each with the keys of one store, and a third without any: the copies of both together make a package preserved.</summary>
internal sealed class SeveralProcessesTests : IngestFixture
{
    private ServiceProvider _a = null!;
    private ServiceProvider _b = null!;

    [SetUp]
    public void StartProcesses()
    {
        _a = Process("a");
        _b = Process("b");
    }

    [TearDown]
    public async Task StopProcesses()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Test]
    public async Task Each_process_writes_its_own_copy_and_the_last_records_the_package()
    {
        var id = await ReceiveAsync();
        Assert.That(await StepAsync(_a), Is.EqualTo(SubmissionState.Checking));
        Assert.That(await StepAsync(_a), Is.EqualTo(SubmissionState.Archiving));
        var waiting = await SubmissionAsync(id);
        Assert.That((waiting.State, waiting.Failures, waiting.WaitsFor), Is.EqualTo((SubmissionState.Archiving, 0, waiting.WaitsFor)));
        Assert.That(waiting.WaitsFor, Is.EqualTo(new[] { "b" }));
        Assert.That(Files("a"), Is.Not.Zero);
        Assert.That(Files("b"), Is.Zero, "this process has no keys there");
        Assert.That(await StepAsync(_a), Is.Null, "it is not tried again by who has done all they can");

        Assert.That(await StepAsync(_b), Is.EqualTo(SubmissionState.Archiving));
        var ended = await SubmissionAsync(id);
        Assert.That(ended.State, Is.EqualTo(SubmissionState.Preserved), ended.LastProblem);
        Assert.That(Files("b"), Is.EqualTo(Files("a")));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.PackageCopies.Where(c => c.PackageId == ended.PackageId).OrderBy(c => c.Store).Select(c => c.Store + " " + c.State).ToListAsync(), Is.EqualTo(new[] { "a Good", "b Good" }));
        Assert.That(await session.Rows.CopyProofs.AnyAsync(), Is.False);
        Assert.That(await session.Rows.Tasks.AnyAsync(), Is.False, "nobody was called");
    }

    [Test]
    public async Task Each_process_checks_its_own_copies_and_a_run_ends_when_all_are_checked()
    {
        await ReceiveAsync();
        for (var i = 0; i < 2; i++) await StepAsync(_a);
        await StepAsync(_b);
        foreach (var process in new[] { _a, _b }) await process.GetRequiredService<Preservation.Workflow.Stores.StorePresence>().RunAsync(default);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Guid run;
        await using (var session = await BeginAsync())
        {
            run = FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now).Id;
            await session.CommitAsync(default);
        }
        await _a.GetRequiredService<FixityRunner>().WorkAsync(default);
        Assert.That(await RunAsync(run), Is.EqualTo((RunState.Running, 1L)), "the other process is alive and has still to read");
        await _b.GetRequiredService<FixityRunner>().WorkAsync(default);
        Assert.That(await RunAsync(run), Is.EqualTo((RunState.Ended, 2L)));
    }

    [Test]
    public async Task A_run_does_not_wait_for_a_process_that_is_gone()
    {
        await ReceiveAsync();
        for (var i = 0; i < 2; i++) await StepAsync(_a);
        await StepAsync(_b);
        foreach (var process in new[] { _a, _b }) await process.GetRequiredService<Preservation.Workflow.Stores.StorePresence>().RunAsync(default);
        Clock.Advance(TimeSpan.FromHours(1));
        Guid run;
        await using (var session = await BeginAsync())
        {
            run = FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now).Id;
            await session.CommitAsync(default);
        }
        await _a.GetRequiredService<FixityRunner>().WorkAsync(default);
        Assert.That(await RunAsync(run), Is.EqualTo((RunState.Ended, 1L)));
    }

    [Test]
    public async Task The_journal_is_on_both_stores_when_both_processes_have_been_at_it()
    {
        await ReceiveAsync();
        Assert.That(async () => await _a.GetRequiredService<JournalWriter>().RunAsync(default), Throws.InstanceOf<CopiesIncompleteException>());
        await _b.GetRequiredService<JournalWriter>().RunAsync(default);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.JournalSegments.Select(s => s.StoredAt).ToListAsync(), Has.None.Null);
        Assert.That(await session.Rows.PackageCopies.OrderBy(c => c.Store).Select(c => c.Store + " " + c.State).ToListAsync(), Is.EqualTo(new[] { "a Good", "b Good" }));
    }

    private ServiceProvider Process(string written) => new ServiceCollection().AddPreservation()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddSingleton<TimeProvider>(Clock).AddSingleton(Database.Source).AddSingleton(Settings.Of(o =>
        {
            Configure(o);
            foreach (var store in o.Stores.Where(s => s.Name != written)) (store.Access, store.Path) = (StoreAccess.None, "");
        })).BuildServiceProvider();

    private async Task<Guid> ReceiveAsync()
    {
        var key = Guid.NewGuid().ToString("N");
        await File.WriteAllBytesAsync(Services.GetRequiredService<StagingArea>().PathOf(key), Bag($"urn:uuid:{Guid.NewGuid()}", [("văn bản.txt", Content)]));
        return await AddSubmissionAsync(change: s => s.StagingKey = key);
    }

    // What a worker does with what it claims.
    private static async Task<SubmissionState?> StepAsync(ServiceProvider process)
    {
        var queue = process.GetRequiredService<SubmissionQueue>();
        if (await queue.ClaimAsync(default) is not { } claim) return null;
        try
        {
            if (claim.State == SubmissionState.Archiving) await process.GetRequiredService<ArchiveSubmission>().RunAsync(claim, default);
            else await process.GetRequiredService<CheckSubmission>().RunAsync(claim, default);
        }
        catch (CopiesAwaitedException e)
        {
            await queue.WaitAsync(claim, e.Message, e.Stores, default);
        }
        return claim.State;
    }

    private int Files(string store) => Directory.Exists(Path.Join(Folder, store, "ocfl")) ? Directory.EnumerateFiles(Path.Join(Folder, store, "ocfl"), "*", SearchOption.AllDirectories).Count() : 0;

    private async Task<Submission> SubmissionAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Submissions.AsNoTracking().SingleAsync(s => s.Id == id);
    }

    private async Task<(RunState, long)> RunAsync(Guid id)
    {
        await using var session = await BeginAsync();
        var run = await session.Rows.FixityRuns.AsNoTracking().SingleAsync(r => r.Id == id);
        return (run.State, run.CopiesRead);
    }
}
