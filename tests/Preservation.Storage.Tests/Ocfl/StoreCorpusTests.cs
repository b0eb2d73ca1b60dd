using System.Collections.Concurrent;
using System.Formats.Tar;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Ocfl.Validation;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>An object or storage root is judged alike wherever it lies: in a tar, in a folder, in a bucket.</summary>
public sealed class StoreCorpusTests
{
    // What a bucket cannot have, and the findings that are gone with it. The verdict stays the same in each.
    private static readonly Dictionary<string, string> NotInBuckets = new(StringComparer.Ordinal)
    {
        ["ocfl/own/E016-W003-empty-content.tar"] = "W003 v2/content", // a folder with nothing in it
        ["ocfl/own/E090-symlink.tar"] = "E090 v1/content/a.txt", // a link: what arrives is the bytes behind it, and E092 tells that they are wrong
    };

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preservation-corpus-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Every_case_of_the_corpus_has_the_same_findings_in_a_tar_a_folder_and_a_bucket()
    {
        var cases = Cases().ToList();
        await using var objects = await S3Bucket.OpenAsync();
        var prefix = $"corpus-{Guid.NewGuid():n}/";
        var differences = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) =>
        {
            var (path, isRoot) = one;
            var (inTar, _) = await FileTrees.OpenAsync(SharedFiles.Corpus(path), Limits.Default, default);
            await using var tar = inTar!;
            var folder = Extract(path);
            await using var unpacked = new FolderTree(folder);
            await UploadAsync(objects, folder, $"{prefix}{path}/");
            await using var stored = new StoreTree(objects, $"{prefix}{path}/");
            var expected = await FindingsAsync(tar, isRoot);
            Compare($"{path} in a folder", expected, await FindingsAsync(unpacked, isRoot));
            var inBucket = await FindingsAsync(stored, isRoot);
            Assert.That(IsValid(inBucket), Is.EqualTo(IsValid(expected)), path);
            if (NotInBuckets.TryGetValue(path, out var gone)) Assert.That(expected.Remove(gone), $"{path} needs no exception");
            Compare($"{path} in a bucket", expected, inBucket);
        });
        Assert.That(differences, Is.Empty, string.Join('\n', differences));
        Assert.That(cases.Select(c => c.Path), Is.SupersetOf(NotInBuckets.Keys));
        Assert.That(cases, Has.Count.GreaterThan(100));

        void Compare(string name, List<string> one, List<string> other)
        {
            if (!one.SequenceEqual(other)) differences.Add($"{name}: {string.Join(", ", one)} | {string.Join(", ", other)}");
        }
    }

    private static bool IsValid(List<string> findings) => !findings.Exists(f => f.StartsWith('E'));

    private static IEnumerable<(string Path, bool IsRoot)> Cases() =>
        File.ReadLines(SharedFiles.Corpus("manifest.csv"))
            .Where(l => l.StartsWith("ocfl/", StringComparison.Ordinal))
            .Select(l => l.Split(','))
            .Select(c => (Path: c[0], Expected: c.First(f => f.Contains("VALID", StringComparison.Ordinal) || f.StartsWith("input", StringComparison.Ordinal))))
            .Where(c => c.Expected.Contains("VALID", StringComparison.Ordinal) && c.Path.EndsWith(".tar", StringComparison.Ordinal))
            .Select(c => (c.Path, c.Expected.StartsWith("ROOT", StringComparison.Ordinal)));

    // Code and path of every finding.
    private static async Task<List<string>> FindingsAsync(IFileTree tree, bool isRoot)
    {
        var report = isRoot
            ? await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default)
            : await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, default);
        return [.. report.Findings.Select(f => $"{f.Rule.Code} {f.Path}").Order(StringComparer.Ordinal)];
    }

    private string Extract(string path)
    {
        var folder = Directory.CreateDirectory(Path.Join(_folder, Path.GetFileNameWithoutExtension(path) + Guid.NewGuid().ToString("n"))).FullName;
        TarFile.ExtractToDirectory(SharedFiles.Corpus(path), folder, overwriteFiles: false);
        return Directory.GetFileSystemEntries(folder) is [var only] && Directory.Exists(only) ? only : folder;
    }

    private static async Task UploadAsync(S3Store objects, string folder, string prefix)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (file, token) =>
        {
            await using var content = File.OpenRead(file);
            await objects.PutAsync(prefix + Path.GetRelativePath(folder, file), content, content.Length, PutCondition.Any, token);
        });
    }
}
