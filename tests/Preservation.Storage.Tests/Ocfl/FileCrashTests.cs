using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Storage.Tests.Objects;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>The writer dies before every one of its calls to the file system in turn; a write before it may be cut in half.</summary>
public sealed class FileCrashTests
{
    private const int LargeBytes = 300_000; // two pieces
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preservation-crash-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task After_a_crash_before_any_call_recovery_and_another_try_lead_to_the_version([Values(1, 2)] int version, [Values] bool recovers)
    {
        for (var point = 0; ; point++)
        {
            var folder = Path.Join(_folder, $"{point}");
            var (dying, sample, plan) = await WriteUntilAsync(folder, point, version);
            var committed = version == 1 ? null : sample.First.Inventory;
            await using var objects = new FileSystemStore("files", folder);
            var store = Sample.StoreOver(objects);
            await Sample.AssertNothingLostAsync(store, committed, plan.Inventory);
            if (recovers) await RecoverAsync(store, folder, committed, plan.Inventory);
            await store.WriteVersionAsync(plan, sample.Open(plan), default);
            await objects.RemoveUnfinishedAsync(DateTimeOffset.MaxValue, default);
            await Sample.AssertSoundAsync(store, plan.Inventory);
            await AssertSoundOnDiskAsync(folder, 1);
            Directory.Delete(folder, recursive: true);
            if (dying.HasDied) continue;
            TestContext.Out.WriteLine($"| file system | version {version} | {(recovers ? "recovery" : "next try")} | {point} crash points | {Kinds(dying)} |");
            Assert.That(dying.Calls.Select(c => c.Call).Distinct(), Is.SupersetOf(new[] { "create", "write", "flush", "link", "rename", "unlink", "mkdir", "flush folder" }));
            return;
        }
    }

    [Test]
    public async Task A_purge_that_dies_before_any_call_can_be_repeated_and_leaves_nothing()
    {
        for (var point = 0; ; point++)
        {
            var folder = Path.Join(_folder, $"{point}");
            var sample = Sample.Large(LargeBytes);
            await WriteBothAsync(folder, sample);
            var dying = new DyingFiles(point);
            await DiesAsync(() => Sample.StoreOver(dying.Open(folder)).PurgeAsync(sample.Second.Inventory, default));
            await using var objects = new FileSystemStore("files", folder);
            var store = Sample.StoreOver(objects);
            await store.PurgeAsync(sample.Second.Inventory, default);
            Assert.That(await Sample.KeysAsync(store, sample.Id), Is.Empty);
            await AssertSoundOnDiskAsync(folder, 0);
            Directory.Delete(folder, recursive: true);
            if (dying.HasDied) continue;
            TestContext.Out.WriteLine($"| file system | purge | repeated | {point} crash points | {Kinds(dying)} |");
            return;
        }
    }

    [Test]
    public async Task An_abandoning_recovery_that_dies_before_any_call_can_be_repeated_and_leaves_nothing()
    {
        for (var point = 0; ; point++)
        {
            var folder = Path.Join(_folder, $"{point}");
            await WriteUntilAsync(folder, 30, version: 1); // the claim and part of a content
            var dying = new DyingFiles(point);
            var sample = Sample.Large(LargeBytes);
            await DiesAsync(() => Sample.StoreOver(dying.Open(folder)).RecoverAsync(sample.Id, abandonsIncomplete: true, default));
            await using var objects = new FileSystemStore("files", folder);
            var store = Sample.StoreOver(objects);
            await RecoverAsync(store, folder, null, sample.First.Inventory);
            Assert.That(await Sample.KeysAsync(store, sample.Id), Is.Empty);
            Directory.Delete(folder, recursive: true);
            if (dying.HasDied) continue;
            Assert.That(dying.Calls, Is.Not.Empty);
            return;
        }
    }

    private static async Task RecoverAsync(OcflStore store, string folder, Inventory? committed, Inventory next)
    {
        await store.RecoverAsync(next.Id, abandonsIncomplete: true, default);
        await store.Objects.RemoveUnfinishedAsync(DateTimeOffset.MaxValue, default);
        var head = (await store.ReadInventoryAsync(next.Id, default))?.Inventory;
        if (head is null)
        {
            Assert.That(committed, Is.Null);
            Assert.That(await Sample.KeysAsync(store, next.Id), Is.Empty);
        }
        else await Sample.AssertSoundAsync(store, head.BytesDigest == next.BytesDigest ? next : committed!);
        await AssertSoundOnDiskAsync(folder, head is null ? 0 : 1);
    }

    // What any OCFL tool sees that looks at the folder, empty folders included; and nothing unfinished.
    private static async Task AssertSoundOnDiskAsync(string folder, int objects)
    {
        await using var tree = new FolderTree(Path.Join(folder, "ocfl"));
        var report = await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
        Assert.That(report.Objects, Is.EqualTo(objects));
        Assert.That(Directory.GetFiles(Path.Join(folder, ".staging")).Select(Path.GetFileName).Where(f => !f!.StartsWith("lock-", StringComparison.Ordinal)), Is.Empty);
    }

    private static async Task<(DyingFiles Dying, Sample Sample, VersionPlan Plan)> WriteUntilAsync(string folder, int point, int version)
    {
        var sample = Sample.Large(LargeBytes);
        var plan = version == 1 ? sample.First : sample.Second;
        await using (var whole = new FileSystemStore("files", folder, flushes: false))
        {
            var store = Sample.StoreOver(whole);
            await store.InitializeRootAsync(default);
            if (version == 2) await store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        }
        var dying = new DyingFiles(point, tears: true);
        await DiesAsync(() => Sample.StoreOver(dying.Open(folder)).WriteVersionAsync(plan, sample.Open(plan), default));
        return (dying, sample, plan);
    }

    private static async Task WriteBothAsync(string folder, Sample sample)
    {
        await using var objects = new FileSystemStore("files", folder, flushes: false);
        var store = Sample.StoreOver(objects);
        await store.InitializeRootAsync(default);
        await store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        await store.WriteVersionAsync(sample.Second, sample.Open(sample.Second), default);
    }

    private static async Task DiesAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DyingFiles.ProcessDiedException)
        {
            // as planned
        }
    }

    private static string Kinds(DyingFiles dying) =>
        string.Join(", ", dying.Calls.GroupBy(c => c.Call).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));
}
