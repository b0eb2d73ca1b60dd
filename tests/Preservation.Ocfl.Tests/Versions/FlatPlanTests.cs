using System.Globalization;
using System.Text;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Testing;

namespace Preservation.Ocfl.Tests.Versions;

/// <summary>A version of many files is planned without holding them.</summary>
[NonParallelizable]
public sealed class FlatPlanTests
{
    private const int AllowedBytesAFile = 200;
    private const int Few = 2_000;
    private static readonly VersionUser User = new("Kho", "urn:preservation:ingest");

    [Test]
    public async Task The_first_version_takes_few_bytes_a_file()
    {
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, count => Task.FromResult(Plan(null, Files(count, "v1"))));
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    [Test]
    public async Task So_does_a_version_that_goes_on()
    {
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, async count =>
        {
            using var first = Plan(null, Files(count, "v1"));
            await using var bytes = first.Inventory.Open();
            using var known = await InventoryReader.ReadKnownAsync(bytes, first.Inventory.BytesDigest, default);
            return Plan(known, Files(count, "v1").Take(count / 2).Concat(Files(count, "v2").Skip(count / 2)));
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    [Test]
    public async Task A_million_copies_of_one_file_are_not_held_either()
    {
        var one = DigestAlgorithm.Sha512.Compute([]);
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, count => Task.FromResult(Plan(null, Enumerable.Range(0, count).Select(i => new PlannedFile($"data/{i:D7}.txt", 0, one, [])))));
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    [Test]
    public async Task A_known_inventory_reads_like_a_judged_one()
    {
        using var first = Plan(null, Files(50, "v1"));
        using var second = Plan(first.Inventory, Files(60, "v2"));
        var bytes = second.Inventory.Bytes();
        using var known = await InventoryReader.ReadKnownAsync(new MemoryStream(bytes), second.Inventory.BytesDigest, default);
        using var judged = (await InventoryReader.ReadAsync(new MemoryStream(bytes), OcflVersion.V11, Limits.Default, default)).Inventory;
        Assert.Multiple(() =>
        {
            Assert.That((known!.Id, known.Head, known.Specification, known.ContentDirectory, known.BytesLength), Is.EqualTo((judged!.Id, judged.Head, judged.Specification, judged.ContentDirectory, judged.BytesLength)));
            Assert.That(known.Versions, Is.EqualTo(judged.Versions));
            Assert.That(known.Contents, Is.EqualTo(judged.Contents));
            Assert.That(known.StateOf(1), Is.EqualTo(judged.StateOf(1)));
            Assert.That(known.Fixity, Is.EqualTo(judged.Fixity));
        });
    }

    [Test]
    public async Task Other_bytes_than_the_known_are_not_read()
    {
        using var plan = Plan(null, Files(3, "v1"));
        var bytes = plan.Inventory.Bytes();
        bytes[^3] ^= 1;
        Assert.That(await InventoryReader.ReadKnownAsync(new MemoryStream(bytes), plan.Inventory.BytesDigest, default), Is.Null);
    }

    [Test]
    public void Contents_are_found_by_their_path()
    {
        using var plan = Plan(null, Files(5_000, "v1").Append(new PlannedFile("submission/bản sao", 9, Sha512("v1 7"), [])));
        Assert.That(plan.FindContent("v1/content/data/0000007.bin")!.Digest, Is.EqualTo(Sha512("v1 7")));
        Assert.That(plan.FindContent("v1/content/submission/bản sao"), Is.Null, "the bytes lie elsewhere");
        Assert.That(plan.FindContent("v2/content/data/0000007.bin"), Is.Null);
        Assert.That(plan.Contents.Select(c => c.ContentPath), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    private static VersionPlan Plan(Inventory? previous, IEnumerable<PlannedFile> files) =>
        VersionPlan.Create(previous, "urn:uuid:1", files, DateTimeOffset.UnixEpoch, "ingestion", User, ["data/"]);

    private static IEnumerable<PlannedFile> Files(int count, string version) => Enumerable.Range(0, count).Select(i =>
        new PlannedFile($"data/{i:D7}.bin", 9, Sha512($"{version} {i}"), [DigestAlgorithm.Sha256.Compute(Encoding.UTF8.GetBytes($"{version} {i.ToString(CultureInfo.InvariantCulture)}"))]));

    private static Digest Sha512(string text) => DigestAlgorithm.Sha512.Compute(Encoding.UTF8.GetBytes(text));
}
