using Preservation.Core.Digests;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Storage.Tests.Objects;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

public sealed class OcflStoreTests
{
    private MemoryStore _objects = null!;
    private OcflStore _store = null!;

    [SetUp]
    public async Task Open()
    {
        _objects = new MemoryStore("memory");
        _store = Sample.StoreOver(_objects);
        await _store.InitializeRootAsync(default);
    }

    [TearDown]
    public async Task Close() => await _objects.DisposeAsync();

    [Test]
    public async Task Two_versions_are_written_read_and_valid()
    {
        var sample = await WriteBothAsync();
        await Sample.AssertSoundAsync(_store, sample.Second.Inventory);
        var inventory = (await _store.ReadInventoryAsync(sample.Id, default))!.Inventory;
        Assert.That(await TextAsync(inventory, 1, "METS.xml"), Is.EqualTo("một"));
        Assert.That(await TextAsync(inventory, 2, "METS.xml"), Is.EqualTo("một hai"));
        Assert.That(await TextAsync(inventory, 1, "submission/Công văn.txt"), Is.EqualTo("nội dung"));
        Assert.That(await TextAsync(inventory, 1, "METS.xml", new ByteRange(0, 1)), Is.EqualTo("m"));
        Assert.That(async () => await TextAsync(inventory, 2, "submission/Công văn.txt"), Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public async Task A_version_stores_only_bytes_that_no_version_has_yet()
    {
        var sample = await WriteBothAsync();
        var third = sample.Plan(sample.Second.Inventory, ("METS.xml", "một"), ("submission/bản sao.txt", "nội dung"), ("METS cũ.xml", "một hai"), ("mới.txt", "mới"));
        await _store.WriteVersionAsync(third, sample.Open(third), default);
        await Sample.AssertSoundAsync(_store, third.Inventory);
        var contents = (await Sample.KeysAsync(_store, sample.Id)).Select(k => k[_store.ObjectPrefix(sample.Id).Length..]).Where(k => k.Contains("/content/", StringComparison.Ordinal));
        Assert.That(contents, Is.EquivalentTo(new[] { "v1/content/METS.xml", "v1/content/representations/rep1/data/Công văn.txt", "v2/content/METS.xml", "v3/content/mới.txt" }));
        var inventory = (await _store.ReadInventoryAsync(sample.Id, default))!.Inventory;
        Assert.That(await TextAsync(inventory, 3, "METS.xml"), Is.EqualTo("một"), "what came back is the first version's");
        Assert.That(await TextAsync(inventory, 3, "submission/bản sao.txt"), Is.EqualTo("nội dung"));
    }

    [Test]
    public async Task A_purge_that_was_interrupted_can_be_repeated_from_what_the_store_still_says()
    {
        for (var diesAt = 1; ; diesAt++)
        {
            var sample = await WriteBothAsync($"urn:uuid:{Guid.NewGuid()}");
            var keys = _store.KeysOf(sample.Second.Inventory).Count();
            var dying = Sample.StoreOver(new DyingStore(_objects, diesAt, afterwards: true));
            if (diesAt <= keys) Assert.That(async () => await dying.PurgeAsync(sample.Second.Inventory, default), Throws.Exception);
            // Of the last key nothing but the tombstone can tell what it was.
            if (diesAt < keys - 1) Assert.That((await _store.ReadInventoryAsync(sample.Id, default))!.Inventory.BytesDigest, Is.EqualTo(sample.Second.Inventory.BytesDigest));
            await _store.PurgeAsync(sample.Second.Inventory, default);
            Assert.That(await Sample.KeysAsync(_store, sample.Id), Is.Empty);
            if (diesAt > keys) return;
        }
    }

    [Test]
    public async Task Writing_the_same_plan_again_changes_nothing()
    {
        var sample = await WriteBothAsync();
        await _store.WriteVersionAsync(sample.Second, (_, _) => throw new NotSupportedException("nothing is to be read"), default);
        await Sample.AssertSoundAsync(_store, sample.Second.Inventory);
    }

    [Test]
    public async Task The_root_may_be_initialised_again_but_not_over_another()
    {
        await _store.InitializeRootAsync(default);
        using (var other = new MemoryStream("{}"u8.ToArray())) await _objects.PutAsync("ocfl/ocfl_layout.json", other, 2, PutCondition.Any, default);
        Assert.That(async () => await _store.InitializeRootAsync(default), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_root_that_was_once_read_wrongly_is_still_the_one_of_our_layout()
    {
        await using var slipping = new SlippingStore(_objects, slips: 1);
        await Sample.StoreOver(slipping).InitializeRootAsync(default);
        await using var lying = new SlippingStore(_objects, slips: int.MaxValue);
        Assert.That(async () => await Sample.StoreOver(lying).InitializeRootAsync(default), Throws.InvalidOperationException);
    }

    [Test]
    public async Task An_unknown_object_has_no_inventory() => Assert.That(await _store.ReadInventoryAsync("urn:none", default), Is.Null);

    [Test]
    public async Task A_plan_on_an_old_inventory_is_refused()
    {
        var sample = await WriteBothAsync();
        var late = sample.Plan(sample.First.Inventory, ("other.txt", "x"));
        Assert.That(async () => await _store.WriteVersionAsync(late, sample.Open(late), default), Throws.InstanceOf<VersionConflictException>());
        await Sample.AssertSoundAsync(_store, sample.Second.Inventory);
    }

    [Test]
    public async Task Of_racing_writers_with_different_plans_one_wins_and_its_version_is_whole()
    {
        var samples = Enumerable.Range(0, 8).Select(i => Sample.Small($"writer {i}")).ToArray();
        var won = await Task.WhenAll(samples.Select(s => Task.Run(async () =>
        {
            try
            {
                await _store.WriteVersionAsync(s.First, s.Open(s.First), default);
                return true;
            }
            catch (VersionConflictException)
            {
                return false;
            }
        })));
        Assert.That(won.Count(w => w), Is.EqualTo(1));
        await Sample.AssertSoundAsync(_store, samples[Array.IndexOf(won, true)].First.Inventory);
    }

    [Test]
    public async Task Racing_writers_of_the_same_plan_all_succeed()
    {
        var sample = Sample.Small();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _store.WriteVersionAsync(sample.First, sample.Open(sample.First), default))));
        await Sample.AssertSoundAsync(_store, sample.First.Inventory);
    }

    [Test]
    public async Task A_content_that_changed_since_it_was_planned_is_never_committed([Values(10, 3_000_000)] int bytes)
    {
        var sample = new Sample();
        var plan = VersionPlan.Create(null, sample.Id, [new PlannedFile("a", bytes, DigestAlgorithm.Sha512.Compute([1]), [])],
            DateTimeOffset.UnixEpoch, "ingestion", Sample.User);
        Assert.That(async () => await _store.WriteVersionAsync(plan, (_, _) => Task.FromResult<Stream>(new MemoryStream(new byte[bytes])), default),
            Throws.InstanceOf<ContentChangedException>());
        Assert.That(await _store.ReadInventoryAsync(sample.Id, default), Is.Null);
        Assert.That(await _objects.HeadAsync(_store.ObjectPrefix(sample.Id) + "v1/content/a", default), Is.Null);
    }

    [Test]
    public async Task A_damaged_root_inventory_is_read_from_its_version()
    {
        var sample = await WriteBothAsync();
        await OverwriteAsync("inventory.json", "{");
        var read = await _store.ReadInventoryAsync(sample.Id, default);
        Assert.That((read!.IsRootSound, read.Inventory.Head.Number), Is.EqualTo((false, 2)));
        await OverwriteAsync("v2/inventory.json", "{");
        Assert.That(async () => await _store.ReadInventoryAsync(sample.Id, default), Throws.InstanceOf<InventoryDamagedException>());

        async Task OverwriteAsync(string path, string text)
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            await _objects.PutAsync(_store.ObjectPrefix(sample.Id) + path, stream, text.Length, PutCondition.Any, default);
        }
    }

    [Test]
    public async Task Reading_back_tells_missing_from_different()
    {
        var sample = await WriteBothAsync();
        var prefix = _store.ObjectPrefix(sample.Id);
        await _objects.DeleteAsync(prefix + "v2/content/METS.xml", default);
        using (var rot = new MemoryStream("mộu"u8.ToArray())) await _objects.PutAsync(prefix + "v1/content/METS.xml", rot, rot.Length, PutCondition.Any, default);
        var bad = new List<string>();
        await foreach (var seen in _store.ReadBackAsync(_store.KeysOf(sample.Second.Inventory), default))
            if (seen is not KeyObservation.Read { IsAsExpected: true }) bad.Add(seen.GetType().Name + " " + seen.Expected.Key[prefix.Length..]);
        Assert.That(bad, Is.EquivalentTo(new[] { "Missing v2/content/METS.xml", "Read v1/content/METS.xml" }));
    }

    [Test]
    public async Task Purging_takes_the_object_and_nothing_else()
    {
        var sample = await WriteBothAsync();
        var other = new Sample("urn:uuid:other");
        var plan = other.Plan(null, ("a", "b"));
        await _store.WriteVersionAsync(plan, other.Open(plan), default);
        await _store.PurgeAsync(sample.Second.Inventory, default);
        await Sample.AssertSoundAsync(_store, plan.Inventory);
        Assert.That(await _store.ReadInventoryAsync(sample.Id, default), Is.Null);
    }

    [Test]
    public async Task A_failing_store_does_not_stop_the_others([Values(5, 3_000_000)] int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        var opened = 0;
        await using var secondObjects = new MemoryStore("second");
        var second = Sample.StoreOver(secondObjects);
        await second.InitializeRootAsync(default);
        var failing = Sample.StoreOver(new FailingStore(new MemoryStore("failing"), "/content/"));
        var sample = new Sample();
        var plan = VersionPlan.Create(null, sample.Id, [new PlannedFile("a", bytes, DigestAlgorithm.Sha512.Compute(content), [])],
            DateTimeOffset.UnixEpoch, "ingestion", Sample.User);
        var results = await OcflReplication.WriteToAllAsync([_store, failing, second], plan, (_, _) =>
        {
            opened++;
            return Task.FromResult<Stream>(new MemoryStream(content));
        }, default);
        Assert.That(results.Select(r => r.GetType().Name), Is.EqualTo(new[] { "Written", "Failed", "Written" }));
        Assert.That(((StoreWriteResult.Failed)results[1]).Cause, Is.InstanceOf<StoreUnavailableException>());
        Assert.That(opened, Is.EqualTo(1));
        await Sample.AssertSoundAsync(_store, plan.Inventory);
        await Sample.AssertSoundAsync(second, plan.Inventory);
    }

    [Test]
    public async Task A_version_on_a_real_s3_server_is_valid_and_its_large_content_comes_back()
    {
        await using var s3 = await S3Bucket.OpenAsync();
        var store = new OcflStore(s3, $"o{Guid.NewGuid():n}/", Core.Limits.Default);
        await store.InitializeRootAsync(default);
        var sample = Sample.Small();
        await store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        await store.WriteVersionAsync(sample.Second, sample.Open(sample.Second), default);
        await Sample.AssertSoundAsync(store, sample.Second.Inventory);
        const int length = 12_000_000;
        var large = new Sample("urn:large");
        var digest = await StreamDigest.ComputeAsync(new FaultyStream(length, long.MaxValue, () => { }), [DigestAlgorithm.Sha512], default);
        var plan = VersionPlan.Create(null, large.Id, [new PlannedFile("large", length, digest[DigestAlgorithm.Sha512], [])], DateTimeOffset.UnixEpoch, "ingestion", Sample.User);
        await store.WriteVersionAsync(plan, (_, _) => Task.FromResult<Stream>(new FaultyStream(length, long.MaxValue, () => { })), default);
        await foreach (var seen in store.ReadBackAsync(store.KeysOf(plan.Inventory), default))
            Assert.That(seen, Is.InstanceOf<KeyObservation.Read>().With.Property("IsAsExpected").True);
        await store.PurgeAsync(plan.Inventory, default);
        await Sample.AssertSoundAsync(store, sample.Second.Inventory);
    }

    private async Task<Sample> WriteBothAsync(string id = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002")
    {
        var sample = Sample.Small(id: id);
        await _store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        await _store.WriteVersionAsync(sample.Second, sample.Open(sample.Second), default);
        return sample;
    }

    private async Task<string> TextAsync(Preservation.Ocfl.Inventories.Inventory inventory, int version, string path, ByteRange? range = null)
    {
        await using var content = await _store.OpenAsync(inventory, version, path, range, default);
        using var reader = new StreamReader(content.Stream);
        return await reader.ReadToEndAsync();
    }
}
