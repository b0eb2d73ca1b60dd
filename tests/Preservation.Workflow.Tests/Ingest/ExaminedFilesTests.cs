using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Testing;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

[NonParallelizable]
internal sealed class ExaminedFilesTests
{
    [Test]
    public void What_was_added_in_any_order_comes_out_by_path()
    {
        string[] paths = ["b.txt", "a/é.pdf", "a/b.pdf"];
        using var files = new ExaminedFiles(Index(paths));
        foreach (var path in paths) files.Add(Facts(path));
        Assert.Multiple(() =>
        {
            Assert.That(files, Is.EqualTo(new[] { Facts("a/b.pdf"), Facts("a/é.pdf"), Facts("b.txt") }));
            Assert.That(files.Find("a/é.pdf"), Is.EqualTo(Facts("a/é.pdf")));
            Assert.That(files.DigestsOf("b.txt")!.Digests.Select(d => d.Hex), Is.EqualTo(new[] { Facts("b.txt").Sha256, Facts("b.txt").Sha512 }));
            Assert.That((files.Find("c"), files.DigestsOf("c"), files.Count), Is.EqualTo(((FileFacts?)null, (Core.Digests.ContentDigests?)null, 3)));
        });
    }

    [Test]
    public async Task They_take_few_bytes_a_file_index_and_all()
    {
        var perFile = await LiveMemory.PerItemAsync(4_000, 200, count =>
        {
            var files = new ExaminedFiles(Index(Enumerable.Range(0, count).Select(Path)));
            Parallel.For(0, count, i => files.Add(Facts(Path(i))));
            Assert.That(Ascending(files), Is.EqualTo(count));
            return Task.FromResult(files);
        });
        await TestContext.Out.WriteLineAsync($"{perFile:F0} bytes a file");
        Assert.That(perFile, Is.LessThan(200));
    }

    [Test]
    public void Findings_are_kept_up_to_the_limit_whatever_their_order_and_the_rest_is_counted_once()
    {
        using var result = new CheckResult(Limits.Default with { MaxFindingsPerRule = 3 });
        for (var i = 9; i >= 0; i--) result.Add(new Finding(IngestRules.FormatUnknown, $"{i}.bin"));
        for (var i = 0; i < 10; i++) result.Add(new Finding(IngestRules.FormatUnknown, $"{i}.bin"));
        result.Add(new Finding(IngestRules.TooLarge, "", "1", "2"));
        var findings = result.Findings();
        Assert.Multiple(() =>
        {
            Assert.That(findings.Where(f => f.Rule == IngestRules.FormatUnknown).Select(f => f.Path), Is.EqualTo(new[] { "0.bin", "1.bin", "2.bin" }));
            Assert.That(findings.Single(f => f.Rule.Code == ArchiveRules.Findings.Code).Found, Is.EqualTo("7"));
            Assert.That(findings[0].Rule, Is.EqualTo(IngestRules.TooLarge), "errors come first");
            Assert.That((result.IsRefused, result.Errors), Is.EqualTo((true, 1)));
        });
    }

    // Counts without gathering: what the test holds would be measured too.
    private static int Ascending(ExaminedFiles files)
    {
        var (count, last) = (0, "");
        foreach (var path in files.Select(f => f.Path))
        {
            Assert.That(string.CompareOrdinal(last, path), Is.Negative);
            (count, last) = (count + 1, path);
        }
        return count;
    }

    private static string Path(int i) => $"representations/rep1/data/{i:D7}.bin";

    private static FileFacts Facts(string path) =>
        new(path, path.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path))), Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(System.Text.Encoding.UTF8.GetBytes(path))), "fmt/111", "OLE2", null, "application/x");

    private static FileIndex Index(IEnumerable<string> paths)
    {
        var judge = new ArchiveJudge(Limits.Default);
        foreach (var path in paths) judge.Look(new FileEntry(path, path.Length, EntryKind.File));
        return judge.ToIndex(isArchive: false);
    }
}
