using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>Two stores in folders, an object on both, and what happens to its bytes behind the stores' back.</summary>
internal sealed class FixityRunnerTests : WorkflowFixture
{
    private static readonly string[] StoreNames = ["first", "second"];
    private readonly Guid _object = Guid.NewGuid();
    private readonly Dictionary<string, byte[]> _contents = new() { ["ocfl/o/a"] = RandomNumberGenerator.GetBytes(100_000), ["ocfl/o/b"] = RandomNumberGenerator.GetBytes(10), ["ocfl/o/c"] = [] };
    private StoreSet _stores = null!;
    private FixityRunner _runner = null!;

    [SetUp]
    public async Task Fill()
    {
        var options = Settings.Of(o =>
        {
            foreach (var name in StoreNames) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = name } });
            o.Fixity.WithinDays = 30;
        });
        _stores = new StoreSet(options, new WorkTrace(options));
        await _stores.RegisterAsync(Database.Sessions, default);
        _runner = new FixityRunner(Database.Sessions, _stores, new Repair(_stores), options, new WorkTrace(options), NullLogger<FixityRunner>.Instance);
        await using var session = await BeginAsync();
        foreach (var store in StoreNames)
        {
            session.Rows.PackageCopies.Add(new PackageCopy
            {
                PackageId = _object, ObjectId = "urn:uuid:" + _object, Store = store, Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
            });
            foreach (var (key, content) in _contents)
            {
                Write(store, key, content);
                session.Rows.Copies.Add(new StoredCopy
                {
                    PackageId = _object, Store = store, Key = key, Role = CopyRole.Content, Version = 1, Encoding = "identity", Bytes = content.Length, Sha512 = SHA512.HashData(content), State = CopyState.Good,
                    WrittenAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok,
                });
            }
        }
        await session.CommitAsync(default);
        Clock.Advance(TimeSpan.FromDays(1));
    }

    [TearDown]
    public async Task Close() => await _stores.DisposeAsync();

    [Test]
    public async Task Good_copies_are_read_whole_and_dated()
    {
        var run = await RunAsync();
        Assert.That((run.State, run.CopiesRead, run.Problems, run.Repaired), Is.EqualTo((RunState.Ended, 2L, 0L, 0L)));
        Assert.That(run.BytesRead, Is.EqualTo(2 * _contents.Values.Sum(c => c.Length)));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.PackageCopies.AllAsync(c => c.LastReadAt == session.Now && c.State == CopyState.Good), Is.True);
        Assert.That(await session.Rows.Tasks.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_changed_byte_is_kept_aside_and_repaired_from_the_other_store()
    {
        var bad = (byte[])_contents["ocfl/o/a"].Clone();
        bad[77_777] ^= 1;
        Write("second", "ocfl/o/a", bad);
        var run = await RunAsync();
        Assert.That((run.State, run.Problems, run.Repaired), Is.EqualTo((RunState.Ended, 1L, 1L)));
        var problem = await ProblemAsync();
        Assert.That((problem.Outcome, problem.Store, problem.Key, problem.RepairedFrom, problem.Action), Is.EqualTo((FixityOutcome.Mismatch, "second", "ocfl/o/a", "first", "repaired")));
        Assert.That(problem.ObservedSha512, Is.EqualTo(SHA512.HashData(bad)));
        Assert.That(Read("second", problem.QuarantineKey!), Is.EqualTo(bad), "the bad bytes are kept");
        Assert.That(Read("second", "ocfl/o/a"), Is.EqualTo(_contents["ocfl/o/a"]));
        Assert.That(await StatesAsync(), Is.EqualTo(new[] { CopyState.Good, CopyState.Good }));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.Tasks.Select(t => t.Kind).ToListAsync(), Is.EqualTo(new[] { TaskKinds.FixityIncident }));
        Assert.That(await session.Rows.PremisEvents.OrderBy(e => e.Type).Select(e => e.Type + " " + e.Outcome).ToListAsync(), Is.EqualTo(new[] { "fixity check fail", "recovery success" }));
    }

    [Test]
    public async Task A_store_that_gives_wrong_bytes_once_raises_no_alarm_and_one_that_goes_on_does()
    {
        await using var session = await BeginAsync();
        var key = await session.Rows.Copies.AsNoTracking().SingleAsync(c => c.Store == "first" && c.Key == "ocfl/o/a");
        await using var once = new SlippingStore(_stores.Stores["first"], slips: 1);
        var reading = await CopyReader.ReadAsync(once, key, default);
        Assert.That((reading.Outcome, reading.IsSlip), Is.EqualTo((FixityOutcome.Ok, true)));
        await using var always = new SlippingStore(_stores.Stores["first"], slips: int.MaxValue);
        reading = await CopyReader.ReadAsync(always, key, default);
        Assert.That((reading.Outcome, reading.IsSlip), Is.EqualTo((FixityOutcome.Mismatch, false)));
    }

    [Test]
    public async Task A_damage_is_told_of_although_the_process_dies_after_it_was_repaired()
    {
        Write("second", "ocfl/o/b", [9]);
        var run = new FixityRun { Id = Guid.CreateVersion7(), Kind = RunKind.OnDemand, State = RunState.Ended, CreatedAt = Clock.GetUtcNow(), Cutoff = Clock.GetUtcNow() };
        await using (var session = await BeginAsync())
        {
            // As far as a process came that was killed: told, repaired, not recorded.
            session.Rows.FixityRuns.Add(run);
            await session.FlushAsync(default);
            var copy = await session.Rows.PackageCopies.AsNoTracking().SingleAsync(c => c.Store == "second");
            var key = await session.Rows.Copies.AsNoTracking().SingleAsync(c => c.Store == "second" && c.Key == "ocfl/o/b");
            await FixityIncident.TellAsync(session, run, copy, [await CopyReader.ReadAsync(_stores.Stores["second"], key, default)], default);
            await session.CommitAsync(default);
        }
        Write("second", "ocfl/o/b", _contents["ocfl/o/b"]);
        await RunAsync();
        var problem = await ProblemAsync();
        Assert.That((problem.Outcome, problem.Action, problem.RepairedAt is not null, problem.RunId), Is.EqualTo((FixityOutcome.Mismatch, "repaired", true, run.Id)));
        await using var look = await BeginAsync();
        Assert.That(await look.Rows.PremisEvents.OrderBy(e => e.Type).Select(e => e.Type + " " + e.Outcome).ToListAsync(), Is.EqualTo(new[] { "fixity check fail", "recovery success" }));
    }

    [Test]
    public async Task A_lost_key_is_missing_and_brought_back()
    {
        File.Delete(PathOf("first", "ocfl/o/b"));
        await RunAsync();
        var problem = await ProblemAsync();
        Assert.That((problem.Outcome, problem.RepairedFrom, problem.QuarantineKey, problem.ObservedSha512), Is.EqualTo((FixityOutcome.Missing, "second", (string?)null, (byte[]?)null)));
        Assert.That(Read("first", "ocfl/o/b"), Is.EqualTo(_contents["ocfl/o/b"]));
    }

    [Test]
    public async Task What_cannot_be_read_is_neither_wrong_nor_missing_and_is_left_alone()
    {
        var path = PathOf("first", "ocfl/o/b");
        File.Delete(path);
        File.CreateSymbolicLink(path, path); // opening it fails, though something is there
        await RunAsync();
        var problem = await ProblemAsync();
        Assert.That((problem.Outcome, problem.RepairedFrom, problem.Action), Is.EqualTo((FixityOutcome.Unreadable, (string?)null, "to be read again")));
        Assert.That(new FileInfo(path).LinkTarget, Is.EqualTo(path), "nothing was put over it");
        await using var session = await BeginAsync();
        var copy = await session.Rows.PackageCopies.SingleAsync(c => c.Store == "first");
        Assert.That(copy.State, Is.EqualTo(CopyState.Unreadable));
        Assert.That(copy.LastReadAt, Is.EqualTo(session.Now - TimeSpan.FromDays(1)), "coverage does not grow by failing");
    }

    [Test]
    public async Task When_both_copies_are_bad_nothing_is_thrown_away_and_a_person_is_called()
    {
        Write("first", "ocfl/o/a", [1, 2, 3]);
        Write("second", "ocfl/o/a", [4, 5, 6]);
        var run = await RunAsync();
        Assert.That((run.Problems, run.Repaired), Is.EqualTo((2L, 0L)));
        Assert.That(Read("first", "ocfl/o/a"), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Read("second", "ocfl/o/a"), Is.EqualTo(new byte[] { 4, 5, 6 }));
        Assert.That(await StatesAsync(), Is.EqualTo(new[] { CopyState.Bad, CopyState.Bad }));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.FixityProblems.Select(p => p.Action).Distinct().ToListAsync(), Is.EqualTo(new[] { "kept, no good source" }));
        var task = await session.Rows.Tasks.SingleAsync();
        Assert.That((task.Kind, task.State, task.Role), Is.EqualTo((TaskKinds.FixityIncident, TaskState.Open, Role.PreservationOfficer)));
    }

    [Test]
    public async Task Two_copies_bad_in_different_places_heal_each_other()
    {
        Write("first", "ocfl/o/a", [1]);
        Write("second", "ocfl/o/b", [2]);
        var run = await RunAsync();
        Assert.That((run.Problems, run.Repaired), Is.EqualTo((2L, 2L)));
        foreach (var store in StoreNames) foreach (var (key, content) in _contents) Assert.That(Read(store, key), Is.EqualTo(content), $"{store} {key}");
        Assert.That(await StatesAsync(), Is.EqualTo(new[] { CopyState.Good, CopyState.Good }));
    }

    [Test]
    public async Task A_store_that_still_has_the_version_before_lacks_the_new_one_and_is_not_called_corrupt()
    {
        Write("first", "ocfl/o/a", [1, 2, 3]);
        await using (var session = await BeginAsync())
        {
            await session.Rows.Copies.Where(c => c.Store == "first" && c.Key == "ocfl/o/a").ExecuteUpdateAsync(u => u.SetProperty(c => c.State, CopyState.Missing));
            await session.CommitAsync(default);
        }
        await RunAsync();
        var problem = await ProblemAsync();
        Assert.That((problem.Outcome, problem.RepairedFrom), Is.EqualTo((FixityOutcome.Missing, "second")));
        Assert.That(Read("first", problem.QuarantineKey!), Is.EqualTo(new byte[] { 1, 2, 3 }), "what was there is kept aside all the same");
        Assert.That(Read("first", "ocfl/o/a"), Is.EqualTo(_contents["ocfl/o/a"]));
    }

    [Test]
    public async Task A_package_whose_next_version_is_being_written_is_left_alone_until_it_is_done()
    {
        Write("first", "ocfl/o/a", [1, 2, 3]);
        var writer = await AddSubmissionAsync(SubmissionState.Archiving, s => (s.PackageId, s.LeaseUntil) = (_object, Clock.GetUtcNow() + TimeSpan.FromMinutes(2)));
        var run = await RunAsync();
        Assert.That((run.State, run.CopiesRead, run.Problems), Is.EqualTo((RunState.Running, 0L, 0L)), "nothing is read, and the run is not over");
        await using (var session = await BeginAsync())
        {
            await session.Rows.Submissions.Where(s => s.Id == writer).ExecuteUpdateAsync(u => u.SetProperty(s => s.State, SubmissionState.Preserved));
            await session.CommitAsync(default);
        }
        await _runner.WorkAsync(default);
        await using var look = await BeginAsync();
        run = await look.Rows.FixityRuns.SingleAsync();
        Assert.That((run.State, run.CopiesRead, run.Repaired), Is.EqualTo((RunState.Ended, 2L, 1L)));
    }

    [Test]
    public async Task A_scheduled_run_is_entered_when_copies_are_due_and_only_once()
    {
        await _runner.ScheduleAsync(default);
        await using (var session = await BeginAsync()) Assert.That(await session.Rows.FixityRuns.AnyAsync(), Is.False, "nothing is due yet");
        Clock.Advance(TimeSpan.FromDays(30));
        await _runner.ScheduleAsync(default);
        await _runner.ScheduleAsync(default);
        await using var look = await BeginAsync();
        Assert.That(await look.Rows.FixityRuns.CountAsync(), Is.EqualTo(1));
    }

    private async Task<FixityRun> RunAsync()
    {
        Guid id;
        await using (var session = await BeginAsync())
        {
            id = FixityRunner.Add(session, RunKind.OnDemand, Person, null, session.Now).Id;
            await session.CommitAsync(default);
        }
        await _runner.WorkAsync(default);
        await using var look = await BeginAsync();
        return await look.Rows.FixityRuns.AsNoTracking().SingleAsync(r => r.Id == id);
    }

    private async Task<FixityProblem> ProblemAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.FixityProblems.AsNoTracking().SingleAsync();
    }

    private async Task<List<CopyState>> StatesAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.PackageCopies.OrderBy(c => c.Store).Select(c => c.State).ToListAsync();
    }

    private string PathOf(string store, string key) => Path.Join(Folder, store, key);

    private byte[] Read(string store, string key)
    {
        using var stream = File.OpenRead(PathOf(store, key));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Write(string store, string key, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(store, key))!);
        File.WriteAllBytes(PathOf(store, key), content);
    }
}
