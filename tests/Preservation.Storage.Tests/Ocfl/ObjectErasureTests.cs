using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>Taking an object away by its exact keys: whole, interrupted at any request, and where something keeps a key.</summary>
public sealed class ObjectErasureTests
{
    private const string Quarantine = "quarantine/";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
    private readonly Sample _sample = Sample.Small();
    private readonly Sample _other = Sample.Small("khác", "urn:uuid:5b1d5a3e-0009-4a5c-9a39-0242ac120002");

    [Test]
    public async Task Nothing_of_the_object_is_left_and_nothing_else_is_touched()
    {
        await using var store = new MemoryStore("held");
        var held = await FillAsync(store);
        var outcome = await EraseAsync(held);
        Assert.That((outcome.Keys, outcome.Besides, outcome.Kept.Length), Is.EqualTo((held.KeysOf(_sample.Second.Inventory).Count() + 2L, 2L, 0)));
        Assert.That(await KeysAsync(store), Is.EquivalentTo(await OthersAsync()));
        Assert.That((await EraseAsync(held)).Kept, Is.Empty, "once more does nothing");
    }

    [Test]
    public async Task An_attempt_that_dies_at_any_request_is_ended_by_the_next()
    {
        var others = await OthersAsync();
        foreach (var afterwards in new[] { false, true })
            for (var diesAt = 1; ; diesAt++)
            {
                await using var store = new MemoryStore("held");
                await FillAsync(store);
                var dying = new DyingStore(store, diesAt, afterwards);
                try
                {
                    await EraseAsync(Sample.StoreOver(dying));
                    Assert.That(dying.Requests, Is.LessThan(diesAt));
                    break;
                }
                catch (DyingStore.ProcessDiedException)
                {
                }
                var isThere = await store.HeadAsync(Sample.StoreOver(store).ObjectPrefix(_sample.Id) + "inventory.json", default) is not null;
                if (!isThere) Assert.That(await KeysAsync(store), Is.EquivalentTo(others), $"died at {diesAt}: while anything is left, its root inventory is");
                Assert.That((await EraseAsync(Sample.StoreOver(store))).Kept, Is.Empty);
                Assert.That(await KeysAsync(store), Is.EquivalentTo(others), $"died at {diesAt}");
                Assert.That(diesAt, Is.LessThan(200));
            }
    }

    [Test]
    public async Task Rot_of_the_root_inventory_does_not_stop_it()
    {
        await using var store = new MemoryStore("held");
        var held = await FillAsync(store);
        var root = held.ObjectPrefix(_sample.Id) + "inventory.json";
        using (var rotten = new MemoryStream([1, 2])) await store.PutAsync(root, rotten, 2, PutCondition.Any, default);
        Assert.That((await EraseAsync(held)).Kept, Is.Empty);
        Assert.That(await KeysAsync(store), Is.EquivalentTo(await OthersAsync()));
    }

    [Test]
    public async Task What_may_not_be_deleted_is_told_and_the_root_inventory_stays_with_it()
    {
        await using var store = new MemoryStore("held");
        var held = await FillAsync(store);
        var content = held.ObjectPrefix(_sample.Id) + "v1/content/METS.xml";
        var outcome = await EraseAsync(Sample.StoreOver(new KeepingStore(store, content, new ObjectLock("1", Now.AddDays(3), false))));
        Assert.That(outcome.Kept, Is.EqualTo(new[] { new KeptKey(content, Now.AddDays(3), "it is retained by the store") }));
        Assert.That(await KeysAsync(store), Is.EquivalentTo((await OthersAsync()).Append(content).Append(held.ObjectPrefix(_sample.Id) + "inventory.json")));
        outcome = await EraseAsync(Sample.StoreOver(new KeepingStore(store, content, null)));
        Assert.That(outcome.Kept.Single(), Is.EqualTo(new KeptKey(content, null, "not with this key")));
        Assert.That((await EraseAsync(held)).Kept, Is.Empty);
        Assert.That(await KeysAsync(store), Is.EquivalentTo(await OthersAsync()));
    }

    // Two objects; of the first something was kept aside, and a write that was given up left a content that no inventory names.
    private async Task<OcflStore> FillAsync(MemoryStore store)
    {
        var held = Sample.StoreOver(store);
        await held.InitializeRootAsync(default);
        foreach (var sample in new[] { _sample, _other })
            foreach (var plan in new[] { sample.First, sample.Second }) await held.WriteVersionAsync(plan, sample.Open(plan), default);
        var path = held.ObjectPrefix(_sample.Id);
        foreach (var key in new[] { path + "v3/content/thừa.txt", Quarantine + path["ocfl/".Length..] + new string('a', 32), Quarantine + "khác" })
        {
            using var content = new MemoryStream([1]);
            await store.PutAsync(key, content, 1, PutCondition.Any, default);
        }
        return held;
    }

    private async Task<List<string>> OthersAsync()
    {
        await using var store = new MemoryStore("other");
        var held = Sample.StoreOver(store);
        await held.InitializeRootAsync(default);
        foreach (var plan in new[] { _other.First, _other.Second }) await held.WriteVersionAsync(plan, _other.Open(plan), default);
        return [.. await KeysAsync(store), Quarantine + "khác"];
    }

    private Task<ErasureOutcome> EraseAsync(OcflStore held) =>
        new ObjectErasure(held, Quarantine).RunAsync(_sample.Id, VersionNumber.First.With(2), _sample.Second.Inventory.BytesDigest, Now, default);

    private static async Task<List<string>> KeysAsync(MemoryStore store)
    {
        var keys = new List<string>();
        await foreach (var one in store.ListAsync("", default)) keys.Add(one.Key);
        return keys;
    }

    /// <summary>A store that does not delete one key: for its lock's sake, or because the access key may not.</summary>
    private sealed class KeepingStore(IObjectStore inner, string kept, ObjectLock? found) : IObjectStore
    {
        public string Name => inner.Name;

        public StoreCapabilities Capabilities => inner.Capabilities;

        public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) => inner.PutAsync(key, content, length, condition, cancellationToken);

        public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

        public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => inner.OpenReadAsync(key, range, cancellationToken);

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

        public Task<ObjectLock?> EraseAsync(string key, DateTimeOffset now, CancellationToken cancellationToken) =>
            key != kept ? inner.EraseAsync(key, now, cancellationToken) : found is not null ? Task.FromResult<ObjectLock?>(found) : throw new UnauthorizedAccessException("not with this key");

        public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => inner.RemoveUnfinishedAsync(startedBefore, cancellationToken);

        public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

        public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

        public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => inner.RetainAsync(key, versionId, until, cancellationToken);

        public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => inner.HoldAsync(key, versionId, isHeld, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
