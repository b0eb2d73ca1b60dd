using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>The writer dies at every one of its requests, before or after the store has done it; the work then resumes.</summary>
public sealed class CrashTests
{
    private const int MoreThanAllRequests = 200;

    [Test]
    public async Task Writing_again_after_a_crash_at_any_request_completes_the_version([Values] bool onFiles, [Values] bool afterwards, [Values(1, 2)] int version)
    {
        await ForEveryRequestAsync(onFiles, afterwards, version, async (objects, sample, plan) =>
        {
            var store = Sample.StoreOver(objects);
            await store.WriteVersionAsync(plan, sample.Open(plan), default);
            await Sample.AssertSoundAsync(store, plan.Inventory);
        });
    }

    [Test]
    public async Task Recovery_after_a_crash_at_any_request_leaves_the_old_or_the_new_version_whole([Values] bool onFiles, [Values] bool afterwards, [Values(1, 2)] int version)
    {
        var outcomes = new HashSet<RecoveryOutcome>();
        await ForEveryRequestAsync(onFiles, afterwards, version, async (objects, sample, plan) =>
        {
            var store = Sample.StoreOver(objects);
            var recovery = await store.RecoverAsync(sample.Id, abandonsIncomplete: true, default);
            outcomes.Add(recovery.Outcome);
            var head = (await store.ReadInventoryAsync(sample.Id, default))?.Inventory.Head.Number ?? 0;
            Assert.That(head, Is.EqualTo(version).Or.EqualTo(version - 1));
            if (recovery.Outcome == RecoveryOutcome.RolledForward) Assert.That(head, Is.EqualTo(version));
            if (head > 0) await Sample.AssertSoundAsync(store, head == 1 ? sample.First.Inventory : sample.Second.Inventory);
            else await foreach (var left in objects.ListAsync(store.ObjectPrefix(sample.Id), default)) Assert.Fail($"left behind: {left.Key}");
            Assert.That((await store.RecoverAsync(sample.Id, abandonsIncomplete: true, default)).Outcome, Is.EqualTo(RecoveryOutcome.Nothing));
        });
        Assert.That(outcomes, Is.SupersetOf(new[] { RecoveryOutcome.Nothing, RecoveryOutcome.RolledForward, RecoveryOutcome.Abandoned }));
    }

    [Test]
    public async Task Without_leave_to_abandon_an_incomplete_version_stays_and_is_told()
    {
        await using var objects = new MemoryStore("memory");
        var sample = Sample.Small();
        await Sample.StoreOver(objects).InitializeRootAsync(default);
        var dying = Sample.StoreOver(new DyingStore(objects, diesAt: 3, afterwards: true));
        Assert.That(async () => await dying.WriteVersionAsync(sample.First, sample.Open(sample.First), default), Throws.Exception);
        var recovery = await Sample.StoreOver(objects).RecoverAsync(sample.Id, abandonsIncomplete: false, default);
        Assert.That(recovery.Outcome, Is.EqualTo(RecoveryOutcome.Incomplete));
        Assert.That(recovery.Keys, Is.Not.Empty);
    }

    [Test]
    public async Task A_reader_between_commit_and_sidecar_sees_the_new_version()
    {
        await using var objects = new MemoryStore("memory");
        var sample = Sample.Small();
        var store = Sample.StoreOver(objects);
        await store.InitializeRootAsync(default);
        await store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        var sidecar = store.ObjectPrefix(sample.Id) + "inventory.json.sha512";
        var old = await BytesAsync(objects, sidecar);
        await store.WriteVersionAsync(sample.Second, sample.Open(sample.Second), default);
        using (var stream = new MemoryStream(old)) await objects.PutAsync(sidecar, stream, old.Length, PutCondition.Any, default);
        var read = await store.ReadInventoryAsync(sample.Id, default);
        Assert.That((read!.IsRootSound, read.Inventory.Head.Number), Is.EqualTo((false, 2)));
        Assert.That((await store.RecoverAsync(sample.Id, abandonsIncomplete: false, default)).Outcome, Is.EqualTo(RecoveryOutcome.Mended));
        await Sample.AssertSoundAsync(store, sample.Second.Inventory);
    }

    private static async Task ForEveryRequestAsync(
        bool onFiles, bool afterwards, int version, Func<IObjectStore, Sample, VersionPlan, Task> check)
    {
        for (var diesAt = 1; diesAt < MoreThanAllRequests; diesAt++)
        {
            var folder = Path.Join(Path.GetTempPath(), "preservation-crash-" + Path.GetRandomFileName());
            await using IObjectStore objects = onFiles ? new FileSystemStore("files", folder, flushes: false) : new MemoryStore("memory");
            try
            {
                var sample = Sample.Small();
                var whole = Sample.StoreOver(objects);
                await whole.InitializeRootAsync(default);
                if (version == 2) await whole.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
                var plan = version == 1 ? sample.First : sample.Second;
                var hasDied = await DiesAsync(new DyingStore(objects, diesAt, afterwards), sample, plan);
                await check(objects, sample, plan);
                if (!hasDied)
                {
                    Assert.That(diesAt, Is.GreaterThan(8), "the writer made fewer requests than the protocol has");
                    return;
                }
            }
            finally
            {
                if (onFiles) Directory.Delete(folder, recursive: true);
            }
        }
        Assert.Fail("the writer never finished");
    }

    private static async Task<bool> DiesAsync(DyingStore dying, Sample sample, VersionPlan plan)
    {
        try
        {
            await Sample.StoreOver(dying).WriteVersionAsync(plan, sample.Open(plan), default);
            return false;
        }
        catch (DyingStore.ProcessDiedException)
        {
            return true;
        }
    }

    private static async Task<byte[]> BytesAsync(MemoryStore objects, string key)
    {
        await using var content = await objects.OpenReadAsync(key, null, default);
        using var bytes = new MemoryStream();
        await content.Stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
