using System.Text;
using System.Text.Json.Nodes;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Storage.Tests.Objects;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>One object from one storage root into another, with a source that errs, dies or is attacked.</summary>
public sealed class ObjectPullTests
{
    private MemoryStore _from = null!;
    private MemoryStore _to = null!;
    private OcflStore _source = null!;
    private OcflStore _held = null!;

    [SetUp]
    public async Task Open()
    {
        (_from, _to) = (new MemoryStore("source"), new MemoryStore("held"));
        (_source, _held) = (Sample.StoreOver(_from), Sample.StoreOver(_to));
        await _source.InitializeRootAsync(default);
        await _held.InitializeRootAsync(default);
    }

    [TearDown]
    public async Task Close()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Test]
    public async Task What_is_pulled_equals_the_source_byte_for_byte_and_is_valid()
    {
        var sample = Sample.Large(900_000);
        await WriteAsync(sample, sample.First, sample.Second);
        var taken = (PullOutcome.Taken)await PullAsync(sample);
        Assert.That((taken.Id, taken.Versions, taken.Bytes > 1_800_000), Is.EqualTo((sample.Id, 2, true)));
        Assert.That(await BytesAsync(_to), Is.EqualTo(await BytesAsync(_from)));
        await Sample.AssertSoundAsync(_held, sample.Second.Inventory);
        Assert.That(await PullAsync(sample), Is.InstanceOf<PullOutcome.Current>());
    }

    [Test]
    public async Task A_new_version_is_added_and_nothing_of_the_older_is_written_again()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First);
        await PullAsync(sample);
        var before = await ETagsAsync(sample);
        await WriteAsync(sample, sample.Second);
        Assert.That(((PullOutcome.Taken)await PullAsync(sample)).Versions, Is.EqualTo(1));
        var after = await ETagsAsync(sample);
        foreach (var (key, etag) in before)
            if (!key[_held.ObjectPrefix(sample.Id).Length..].StartsWith("inventory.json", StringComparison.Ordinal)) Assert.That(after[key], Is.EqualTo(etag), key);
        Assert.That(await BytesAsync(_to), Is.EqualTo(await BytesAsync(_from)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_pull_that_dies_at_any_request_to_either_store_shows_nothing_half_and_is_ended_by_the_next(bool ofSource)
    {
        var sample = Sample.Large(600_000);
        await WriteAsync(sample, sample.First, sample.Second);
        foreach (var afterwards in new[] { false, true })
            for (var diesAt = 1; ; diesAt++)
            {
                await using var to = new MemoryStore("held");
                var held = Sample.StoreOver(to);
                await held.InitializeRootAsync(default);
                var dying = new DyingStore(ofSource ? _from : to, diesAt, afterwards);
                var (source, target) = ofSource ? (Sample.StoreOver(dying), held) : (_source, Sample.StoreOver(dying));
                var hasDied = true;
                try
                {
                    await new ObjectPull(source, target, Limits.Default).RunAsync(PathOf(sample), default);
                    hasDied = dying.Requests >= diesAt;
                }
                catch (DyingStore.ProcessDiedException)
                {
                }
                // What there is to be seen is a version that is whole, or nothing.
                if (await held.ReadInventoryAsync(sample.Id, default) is { } visible) await Sample.AssertNothingLostAsync(held, sample.First.Inventory, visible.Inventory);
                await new ObjectPull(_source, held, Limits.Default).RunAsync(PathOf(sample), default);
                await Sample.AssertSoundAsync(held, sample.Second.Inventory);
                Assert.That(await BytesAsync(to), Is.EqualTo(await BytesAsync(_from)));
                if (!hasDied) break;
                Assert.That(diesAt, Is.LessThan(500), "it ends at some time");
            }
    }

    [Test]
    public async Task A_content_with_one_bit_flipped_is_not_taken_and_is_once_it_is_right_again()
    {
        var sample = Sample.Large(600_000);
        await WriteAsync(sample, sample.First);
        var key = _source.ObjectPrefix(sample.Id) + "v1/content/representations/rep1/data/Bản đồ.tif";
        await FlipAsync(_from, key);
        var refused = (PullOutcome.Refused)await PullAsync(sample);
        Assert.That((refused.Id, refused.Reason), Is.EqualTo((sample.Id, "v1/content/representations/rep1/data/Bản đồ.tif is not what the inventory says")));
        Assert.That(await _held.ReadInventoryAsync(sample.Id, default), Is.Null);
        Assert.That(await _to.HeadAsync(key, default), Is.Null, "bad bytes never get a name");
        await FlipAsync(_from, key);
        Assert.That(await PullAsync(sample), Is.InstanceOf<PullOutcome.Taken>());
        await Sample.AssertSoundAsync(_held, sample.First.Inventory);
    }

    [Test]
    public async Task What_is_missing_at_the_source_or_does_not_agree_with_its_sidecar_is_not_taken()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First, sample.Second);
        foreach (var key in new[] { "inventory.json", "inventory.json.sha512", "v1/inventory.json", "v1/inventory.json.sha512", "v2/content/METS.xml" })
        {
            await FlipAsync(_from, _source.ObjectPrefix(sample.Id) + key);
            Assert.That(await PullAsync(sample), Is.InstanceOf<PullOutcome.Refused>(), key);
            await FlipAsync(_from, _source.ObjectPrefix(sample.Id) + key);
        }
        await _from.DeleteAsync(_source.ObjectPrefix(sample.Id) + "v2/content/METS.xml", default);
        Assert.That(((PullOutcome.Refused)await PullAsync(sample)).Reason, Does.Contain("v2/content/METS.xml"));
        Assert.That((await _held.ReadInventoryAsync(sample.Id, default))!.Inventory.Head.Number, Is.EqualTo(1), "what agrees is held");
    }

    [Test]
    public async Task A_source_that_goes_back_to_an_older_version_changes_nothing()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First, sample.Second);
        await PullAsync(sample);
        var before = await BytesAsync(_to);
        await ReplaceSourceAsync(sample, sample.First);
        Assert.That(await PullAsync(sample), Is.EqualTo(new PullOutcome.Differs(sample.Id, 2, 1, "v2 is gone")));
        Assert.That(await BytesAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task A_history_that_was_written_anew_is_told_and_not_taken()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First);
        await PullAsync(sample);
        var before = await BytesAsync(_to);
        var forged = Sample.Small("khác");
        await ReplaceSourceAsync(forged, forged.First);
        Assert.That(((PullOutcome.Differs)await PullAsync(sample)).Difference, Does.StartWith("content v1/content/METS.xml"));
        await WriteAsync(forged, forged.Second);
        Assert.That(((PullOutcome.Differs)await PullAsync(sample)).Difference, Does.StartWith("content v1/content/METS.xml"), "a new version over a changed one");
        Assert.That(await BytesAsync(_to), Is.EqualTo(before));
    }

    [TestCase("message")]
    [TestCase("created")]
    [TestCase("state")]
    public async Task A_new_version_whose_inventory_tells_an_older_one_otherwise_is_told_and_not_taken(string what)
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First);
        await PullAsync(sample);
        await WriteAsync(sample, sample.Second);
        await RewriteAsync(sample, 2, json =>
        {
            var first = (JsonObject)json["versions"]!["v1"]!;
            if (what == "message") first["message"] = "another";
            else if (what == "created") first["created"] = "2020-01-01T00:00:00Z";
            else ((JsonArray)((JsonObject)first["state"]!).First().Value!).Add("thêm.xml");
        });
        var before = await BytesAsync(_to);
        Assert.That(((PullOutcome.Differs)await PullAsync(sample)).Difference, Does.StartWith("v1"));
        Assert.That(await BytesAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task Inventories_of_the_source_that_contradict_each_other_are_not_taken_beyond_the_last_that_agrees()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First, sample.Second);
        await RewriteAsync(sample, 2, json => json["versions"]!["v1"]!["message"] = "another");
        Assert.That(((PullOutcome.Refused)await PullAsync(sample)).Reason, Does.StartWith("its inventories contradict each other: v1"));
        await Sample.AssertSoundAsync(_held, sample.First.Inventory);
    }

    [Test]
    public async Task A_store_that_holds_and_fails_is_not_taken_for_a_bad_source()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First);
        var full = Sample.StoreOver(new FailingStore(_to, "content"));
        Assert.That(async () => await new ObjectPull(_source, full, Limits.Default).RunAsync(PathOf(sample), default), Throws.InstanceOf<StoreUnavailableException>().With.Message.EqualTo("the disk is full"));
        await PullAsync(sample);
        await Sample.AssertSoundAsync(_held, sample.First.Inventory);
    }

    [Test]
    public async Task What_rots_where_it_is_held_is_found_kept_aside_and_repaired_when_its_right_bytes_prove_themselves()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First, sample.Second);
        await PullAsync(sample);
        var check = new HeldObjectCheck(_source, _held, "quarantine/");
        Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten, Is.Empty);
        var prefix = _held.ObjectPrefix(sample.Id);
        foreach (var key in new[] { "v1/content/METS.xml", "v2/content/METS.xml", "inventory.json", "v2/inventory.json", "v2/inventory.json.sha512", "0=ocfl_object_1.1" })
        {
            await FlipAsync(_to, prefix + key);
            Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten, Is.EqualTo(new[] { new RottenKey(prefix + key, "other bytes", IsRepaired: true) }), key);
        }
        await _to.DeleteAsync(prefix + "v1/content/METS.xml", default);
        Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten, Is.EqualTo(new[] { new RottenKey(prefix + "v1/content/METS.xml", "missing", IsRepaired: true) }));
        await Sample.AssertSoundAsync(_held, sample.Second.Inventory);
        var aside = await BytesAsync(_to, "quarantine/");
        Assert.That(aside, Has.Count.EqualTo(5), "one for whatever was bad; two inventories that are the same were bad in the same way");
    }

    [Test]
    public async Task Rot_is_not_repaired_from_a_source_that_is_bad_too()
    {
        var sample = Sample.Small();
        await WriteAsync(sample, sample.First, sample.Second);
        await PullAsync(sample);
        var key = _held.ObjectPrefix(sample.Id) + "v1/content/METS.xml";
        await FlipAsync(_to, key);
        await FlipAsync(_from, key);
        var bad = (await BytesAsync(_to))[key];
        var check = new HeldObjectCheck(_source, _held, "quarantine/");
        Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten, Is.EqualTo(new[] { new RottenKey(key, "other bytes", IsRepaired: false) }));
        Assert.That((await BytesAsync(_to))[key], Is.EqualTo(bad), "it stays as it was");
        var older = _held.ObjectPrefix(sample.Id) + "v1/inventory.json";
        await FlipAsync(_to, key);
        await FlipAsync(_to, older);
        Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten, Is.EqualTo(new[] { new RottenKey(older, "inventory and sidecar do not agree", IsRepaired: false) }));
        await _to.DeleteAsync(_held.ObjectPrefix(sample.Id) + "v2/inventory.json", default);
        await FlipAsync(_to, _held.ObjectPrefix(sample.Id) + "inventory.json");
        Assert.That((await check.RunAsync(PathOf(sample), default))!.Rotten.Single().Problem, Is.EqualTo("no inventory can be believed"));
    }

    private async Task WriteAsync(Sample sample, params VersionPlan[] plans)
    {
        foreach (var plan in plans) await _source.WriteVersionAsync(plan, sample.Open(plan), default);
    }

    private Task<PullOutcome> PullAsync(Sample sample) => new ObjectPull(_source, _held, Limits.Default).RunAsync(PathOf(sample), default);

    private string PathOf(Sample sample) => _source.ObjectPrefix(sample.Id)[_source.Prefix.Length..];

    private async Task ReplaceSourceAsync(Sample sample, VersionPlan only)
    {
        foreach (var key in await Sample.KeysAsync(_source, sample.Id)) await _from.DeleteAsync(key, default);
        await WriteAsync(sample, only);
    }

    // What an attacker does who may write to the source: inventory and sidecars fit, in the version's folder and in the root.
    private async Task RewriteAsync(Sample sample, int version, Action<JsonObject> change)
    {
        var prefix = _source.ObjectPrefix(sample.Id);
        var json = (JsonObject)JsonNode.Parse(Encoding.Latin1.GetBytes((await BytesAsync(_from))[prefix + "inventory.json"]))!;
        change(json);
        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        var sidecar = Sidecar.ToBytes(DigestAlgorithm.Sha512.Compute(bytes));
        foreach (var folder in new[] { "", $"v{version}/" })
        {
            using var inventory = new MemoryStream(bytes);
            using var stated = new MemoryStream(sidecar);
            await _from.PutAsync(prefix + folder + "inventory.json", inventory, bytes.Length, PutCondition.Any, default);
            await _from.PutAsync(prefix + folder + "inventory.json.sha512", stated, sidecar.Length, PutCondition.Any, default);
        }
    }

    private static async Task FlipAsync(MemoryStore store, string key)
    {
        var bytes = Encoding.Latin1.GetBytes((await BytesAsync(store))[key]);
        bytes[bytes.Length / 2] ^= 1;
        using var content = new MemoryStream(bytes);
        await store.PutAsync(key, content, bytes.Length, PutCondition.Any, default);
    }

    private async Task<Dictionary<string, string>> ETagsAsync(Sample sample)
    {
        var found = new Dictionary<string, string>();
        await foreach (var one in _to.ListAsync(_held.ObjectPrefix(sample.Id), default)) found[one.Key] = one.ETag;
        return found;
    }

    private static async Task<Dictionary<string, string>> BytesAsync(MemoryStore store, string prefix = "ocfl/")
    {
        var found = new Dictionary<string, string>();
        await foreach (var one in store.ListAsync(prefix, default))
        {
            await using var content = await store.OpenReadAsync(one.Key, null, default);
            using var bytes = new MemoryStream();
            await content.Stream.CopyToAsync(bytes);
            found[one.Key] = Encoding.Latin1.GetString(bytes.ToArray());
        }
        return found;
    }
}
