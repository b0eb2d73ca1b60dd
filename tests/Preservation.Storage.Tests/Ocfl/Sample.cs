using System.Text;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>A small object in two versions, and the judgement of what a store holds of it.</summary>
internal sealed class Sample(string id = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002")
{
    public static readonly VersionUser User = new("Kho lưu trữ", "urn:preservation:ingest");
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);

    public string Id => id;

    public VersionPlan First { get; set; } = null!;

    public VersionPlan Second { get; private set; } = null!;

    public static Sample Small(string word = "một", string id = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002")
    {
        var sample = new Sample(id);
        sample.First = sample.Plan(null, ("METS.xml", word), ("representations/rep1/data/Công văn.txt", "nội dung"), ("submission/Công văn.txt", "nội dung"));
        sample.Second = sample.Plan(sample.First.Inventory, ("METS.xml", word + " hai"), ("representations/rep1/data/Công văn.txt", "nội dung"));
        return sample;
    }

    /// <summary>Two versions of which the first has a content of several pieces and the second a new one besides what it takes over.</summary>
    public static Sample Large(int bytes, string word = "một", string id = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002")
    {
        var sample = new Sample(id);
        var (large, larger) = (new string('a', bytes - word.Length) + word, new string('b', bytes - word.Length) + word);
        sample.First = sample.Plan(null, ("METS.xml", word), ("representations/rep1/data/Bản đồ.tif", large), ("submission/Bản đồ.tif", large));
        sample.Second = sample.Plan(sample.First.Inventory, ("METS.xml", word + " hai"), ("representations/rep1/data/Bản đồ.tif", large), ("representations/rep2/data/Bản đồ.jp2", larger));
        return sample;
    }

    public VersionPlan Plan(Inventory? previous, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files) _contents[path + "#" + Digest(text)] = Encoding.UTF8.GetBytes(text);
        var state = files.Select(f => new PlannedFile(f.Path, Encoding.UTF8.GetByteCount(f.Text), Digest(f.Text),
            [DigestAlgorithm.Sha256.Compute(Encoding.UTF8.GetBytes(f.Text))]));
        return VersionPlan.Create(previous, id, state, new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), "ingestion", User, ["representations/"]);
    }

    public Func<string, CancellationToken, Task<Stream>> Open(VersionPlan plan) => (path, _) =>
    {
        var digest = plan.Contents.Single(c => c.LogicalPath == path).Digest;
        return Task.FromResult<Stream>(new MemoryStream(_contents[path + "#" + digest]));
    };

    public static OcflStore StoreOver(IObjectStore objects) => new(objects, "ocfl/", Limits.Default);

    /// <summary>The object alone: valid, whole, this version, and with no key that the inventory does not explain.</summary>
    public static async Task AssertObjectSoundAsync(OcflStore store, Inventory expected)
    {
        await using var tree = new StoreTree(store.Objects, store.ObjectPrefix(expected.Id));
        var report = await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
        Assert.That(await KeysAsync(store, expected.Id), Is.EquivalentTo(store.KeysOf(expected).Select(k => k.Key)));
        var read = await store.ReadInventoryAsync(expected.Id, default);
        Assert.That((read!.IsRootSound, read.Inventory.BytesDigest), Is.EqualTo((true, expected.BytesDigest)));
    }

    /// <summary>Right after a crash, before anything is mended: what was committed is there, every byte of it, and readable.</summary>
    public static async Task AssertNothingLostAsync(OcflStore store, Inventory? committed, Inventory next)
    {
        var read = (await store.ReadInventoryAsync(next.Id, default))?.Inventory;
        if (committed is null && read is null) return;
        Assert.That(read?.BytesDigest, Is.EqualTo(next.BytesDigest).Or.EqualTo(committed?.BytesDigest));
        foreach (var one in new[] { committed, read })
            if (one is not null)
                await foreach (var seen in store.ReadBackAsync(store.KeysOf(one).Where(k => k.Key.Contains("/content/", StringComparison.Ordinal)), default))
                    Assert.That(seen, Is.InstanceOf<KeyObservation.Read>().With.Property("IsAsExpected").True);
    }

    public static async Task<List<string>> KeysAsync(OcflStore store, string id)
    {
        var keys = new List<string>();
        await foreach (var found in store.Objects.ListAsync(store.ObjectPrefix(id), default)) keys.Add(found.Key);
        return keys;
    }

    /// <summary>Valid as a storage root, and with no key that the inventory does not explain.</summary>
    public static async Task AssertSoundAsync(OcflStore store, Inventory expected)
    {
        await using var tree = new StoreTree(store.Objects, store.Prefix);
        var report = await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
        Assert.That(report.Objects, Is.EqualTo(1));
        Assert.That(await KeysAsync(store, expected.Id), Is.EquivalentTo(store.KeysOf(expected).Select(k => k.Key)));
        var read = await store.ReadInventoryAsync(expected.Id, default);
        Assert.That(read!.IsRootSound);
        Assert.That(read.Inventory.BytesDigest, Is.EqualTo(expected.BytesDigest));
        await foreach (var seen in store.ReadBackAsync(store.KeysOf(expected), default))
            Assert.That(seen, Is.InstanceOf<KeyObservation.Read>().With.Property("IsAsExpected").True);
    }

    private static Digest Digest(string text) => DigestAlgorithm.Sha512.Compute(Encoding.UTF8.GetBytes(text));
}
