using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;
using Preservation.Testing;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>An object of many files is checked without holding them.</summary>
[NonParallelizable]
public sealed class FlatCheckTests
{
    // The files of the tree, what is promised of them, and the inventory: three packed structures, none of which takes 200 bytes a file.
    private const int AllowedBytesAFile = 400;
    private const int Few = 2_000;
    private static readonly byte[] Content = "nội dung"u8.ToArray();
    private string _folder = null!;

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("flat-check-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    // Content of its own in each file; its path and its SHA-512 are what has to be known of it.
    [Test]
    public async Task A_check_takes_few_bytes_a_file()
    {
        foreach (var count in new[] { Few, 10 * Few }) await WriteAsync(count);
        var perFile = await LiveMemory.PerItemAsync(Few, AllowedBytesAFile, async count =>
        {
            await using var tree = new FolderTree(Path.Join(_folder, $"{count}"));
            var report = await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, default);
            Assert.That(report.Findings, Is.Empty);
            return report;
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(AllowedBytesAFile));
    }

    private async Task WriteAsync(int count)
    {
        var root = Directory.CreateDirectory(Path.Join(_folder, $"{count}")).FullName;
        using var plan = VersionPlan.Create(null, "urn:uuid:1", Enumerable.Range(0, count).Select(i => new PlannedFile($"data/{i:D7}.txt", Of(i).Length, DigestAlgorithm.Sha512.Compute(Of(i)), [])), DateTimeOffset.UnixEpoch, "ingestion", new VersionUser("n", "urn:a"));
        Directory.CreateDirectory(Path.Join(root, "v1", "content", "data"));
        for (var i = 0; i < count; i++) await File.WriteAllBytesAsync(Path.Join(root, "v1", "content", "data", $"{i:D7}.txt"), Of(i));
        foreach (var folder in new[] { root, Path.Join(root, "v1") })
        {
            await File.WriteAllBytesAsync(Path.Join(folder, "inventory.json"), plan.Inventory.Bytes());
            await File.WriteAllBytesAsync(Path.Join(folder, "inventory.json.sha512"), plan.Inventory.SidecarBytes.ToArray());
        }
        await File.WriteAllTextAsync(Path.Join(root, "0=ocfl_object_1.1"), "ocfl_object_1.1\n");
    }

    private static byte[] Of(int i) => [.. Content, .. Encoding.UTF8.GetBytes($"{i}")];
}
