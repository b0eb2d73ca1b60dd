using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Reconciliation;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Reconciliation;

/// <summary>A preserved package on two stores, and what happens to keys behind the stores' backs.</summary>
internal sealed class StoreReconciliationTests : IngestFixture
{
    private const string Stray = "ocfl/abc/def/012/abcdef0123/v1/content/dở dang";
    private Guid _package;

    [SetUp]
    public async Task Ingest()
    {
        var submission = await IngestAsync(("một.txt", "một"u8.ToArray()), ("hai.txt", "hai"u8.ToArray()));
        Assert.That(submission.State, Is.EqualTo(SubmissionState.Preserved), submission.LastProblem);
        _package = submission.PackageId!.Value;
        Clock.Advance(TimeSpan.FromHours(1));
    }

    [Test]
    public async Task Stores_that_agree_with_the_catalogue_have_nothing_to_tell()
    {
        await RunAsync();
        await using var session = await BeginAsync();
        var runs = await session.Rows.ReconciliationRuns.OrderBy(r => r.Store).ToListAsync();
        var keys = await session.Rows.Copies.LongCountAsync(c => c.Store == "a");
        Assert.That(runs.Select(r => (r.Store, r.State, r.KeysKnown)), Is.EqualTo(new[] { ("a", RunState.Ended, keys), ("b", RunState.Ended, keys) }));
        Assert.That(runs[0].KeysListed, Is.GreaterThan(keys), "the storage root's own files are listed too");
        Assert.That(await session.Rows.ReconciliationFinds.CountAsync(), Is.Zero);
        Assert.That(await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.Reconciliation), Is.False);
        await RunAsync();
        await using var again = await BeginAsync();
        Assert.That(await again.Rows.ReconciliationRuns.CountAsync(), Is.EqualTo(2), "the next one is due in a week");
    }

    [Test]
    public async Task A_missing_key_is_found_told_and_repaired_and_then_no_longer_so()
    {
        var key = await KeyAsync();
        File.Delete(PathOf("a", key));
        await RunAsync();
        await using (var session = await BeginAsync())
        {
            var find = await session.Rows.ReconciliationFinds.SingleAsync();
            Assert.That((find.Store, find.Key, find.Kind, find.PackageId), Is.EqualTo(("a", key, FindKind.Missing, (Guid?)_package)));
            Assert.That(await session.Rows.PackageCopies.Where(c => c.Store == "a" && c.PackageId == _package).Select(c => c.State).SingleAsync(), Is.EqualTo(CopyState.Missing));
            Assert.That(await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.Reconciliation).Select(t => t.Subject).SingleAsync(), Is.EqualTo("a: 1 Missing"));
        }
        await Services.GetRequiredService<FixityRunner>().ScheduleAsync(default);
        await Services.GetRequiredService<FixityRunner>().WorkAsync(default);
        Assert.That(File.Exists(PathOf("a", key)), Is.True, "repaired from the other store");
        Clock.Advance(TimeSpan.FromDays(8));
        await RunAsync();
        await using var after = await BeginAsync();
        Assert.That((await after.Rows.ReconciliationFinds.SingleAsync()).EndedAt, Is.Not.Null);
        Assert.That(await after.Rows.Tasks.Where(t => t.Kind == TaskKinds.Reconciliation).Select(t => t.State).SingleAsync(), Is.EqualTo(TaskState.Done));
    }

    [Test]
    public async Task A_key_of_another_length_is_found_without_reading_it()
    {
        var key = await KeyAsync();
        MakeWritable(key);
        await File.AppendAllTextAsync(PathOf("a", key), "x");
        await RunAsync();
        await using var session = await BeginAsync();
        var find = await session.Rows.ReconciliationFinds.SingleAsync();
        Assert.That((find.Kind, find.FoundBytes), Is.EqualTo((FindKind.Size, find.ExpectedBytes + 1)));
        Assert.That(await session.Rows.PackageCopies.Where(c => c.Store == "a" && c.PackageId == _package).Select(c => c.State).SingleAsync(), Is.EqualTo(CopyState.Bad));
    }

    [Test]
    public async Task What_is_part_of_no_object_is_removed_when_it_was_seen_twice_a_day_apart_and_not_before()
    {
        await PutAsync(Stray);
        await RunAsync();
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.ReconciliationFinds.SingleAsync()).Kind, Is.EqualTo(FindKind.Unknown));
        await AskAsync();
        await RunAsync();
        Assert.That(File.Exists(PathOf("a", Stray)), Is.True, "seen twice within an hour");
        Clock.Advance(TimeSpan.FromHours(25));
        await AskAsync();
        await RunAsync();
        Assert.That(File.Exists(PathOf("a", Stray)), Is.False);
        await using var after = await BeginAsync();
        Assert.That((await after.Rows.ReconciliationFinds.SingleAsync()).Outcome, Is.EqualTo("removed"));
        Assert.That(await after.Rows.AuditEntries.CountAsync(e => e.Action == "orphans.removed"), Is.EqualTo(1));
        Assert.That(await after.Rows.Copies.CountAsync(c => c.Store == "a" && c.State == CopyState.Good), Is.GreaterThan(0));
        Assert.That(Directory.EnumerateFiles(Path.Join(Folder, "a", "ocfl"), "*", SearchOption.AllDirectories).Count(), Is.EqualTo(await after.Rows.Copies.CountAsync(c => c.Store == "a") + RootFiles), "and nothing else went");
    }

    [Test]
    public async Task What_changed_in_between_was_not_seen_twice()
    {
        await PutAsync(Stray);
        await RunAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        File.Delete(PathOf("a", Stray));
        await PutAsync(Stray, "longer than before");
        await AskAsync();
        await RunAsync();
        Assert.That(File.Exists(PathOf("a", Stray)), Is.True);
    }

    [Test]
    public async Task An_object_that_the_catalogue_lost_is_told_of_and_never_removed()
    {
        var source = Services.GetRequiredService<StoreSet>().Roots["a"].ObjectPrefix($"urn:uuid:{_package}");
        foreach (var file in Directory.EnumerateFiles(PathOf("a", source), "*", SearchOption.AllDirectories))
            await PutAsync("ocfl/abc/def/012/abcdef0123/" + Path.GetRelativePath(PathOf("a", source), file), await File.ReadAllTextAsync(file));
        await RunAsync();
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromHours(25));
            await AskAsync();
            await RunAsync();
        }
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.ReconciliationFinds.CountAsync(f => f.Kind == FindKind.Unknown && f.EndedAt == null), Is.GreaterThan(3));
        Assert.That(File.Exists(PathOf("a", "ocfl/abc/def/012/abcdef0123/inventory.json")), Is.True);
    }

    [Test]
    public async Task What_a_submission_is_just_writing_is_left_alone()
    {
        var writing = Guid.NewGuid();
        await AddSubmissionAsync(SubmissionState.Archiving, s => s.PackageId = writing);
        var key = Services.GetRequiredService<StoreSet>().Roots["a"].ObjectPrefix($"urn:uuid:{writing}") + "v1/content/x";
        await PutAsync(key);
        await RunAsync();
        Clock.Advance(TimeSpan.FromDays(30));
        await RunAsync();
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.ReconciliationFinds.AnyAsync(), Is.False);
        Assert.That(File.Exists(PathOf("a", key)), Is.True);
    }

    [Test]
    public async Task A_store_that_is_away_stops_neither_the_others_nor_its_own_run()
    {
        Directory.Move(PathOf("a", "ocfl"), PathOf("a", "away"));
        await File.WriteAllTextAsync(PathOf("a", "ocfl"), "no folder");
        await RunAsync();
        File.Delete(PathOf("a", "ocfl"));
        Directory.Move(PathOf("a", "away"), PathOf("a", "ocfl"));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.ReconciliationRuns.SingleAsync(r => r.Store == "b"), Has.Property(nameof(ReconciliationRun.State)).EqualTo(RunState.Ended));
    }

    private static int RootFiles => 3;

    private Task RunAsync() => Services.GetRequiredService<StoreReconciliation>().RunAsync(default);

    private async Task AskAsync()
    {
        await using var session = await BeginAsync();
        Assert.That(await StoreReconciliation.AskAsync(session, "a", Person, default), Is.Not.Null);
        Assert.That(await StoreReconciliation.AskAsync(session, "a", Person, default), Is.Null, "one run of a store at a time");
        await session.CommitAsync(default);
    }

    private async Task<string> KeyAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Copies.Where(c => c.PackageId == _package && c.Store == "a" && c.Role == CopyRole.Content).OrderBy(c => c.Key).Select(c => c.Key).FirstAsync();
    }

    private string PathOf(string store, string key) => Path.Join(Folder, store, key);

    private async Task PutAsync(string key, string content = "x")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf("a", key))!);
        await File.WriteAllTextAsync(PathOf("a", key), content);
    }

    private void MakeWritable(string key)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathOf("a", key), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
