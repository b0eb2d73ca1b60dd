using System.IO.Compression;
using System.Xml;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.BagIt;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.BagIt;
using Preservation.Packages.Tests.Eark;
using Preservation.Packages.Tests.Tt05;
using Preservation.Packages.Tt05;
using Preservation.Testing;
using Preservation.Testing.Fuzzing;

namespace Preservation.Packages.Tests;

/// <summary>Spoilt input for every reader of packages: own samples, and the corpora where they are at hand.</summary>
[Category("Fuzz")]
public sealed class FuzzTests
{
    private const int MaxSeedBytes = 64 << 10;
    private static readonly Lazy<Task<List<MemoryTree>>> Corpus = new(ReadCorpusAsync);

    [Test]
    public async Task Mets() => await Fuzz.RunAsync("METS", await FilesAsync(p => p.EndsWith("METS.xml", StringComparison.OrdinalIgnoreCase)), async (input, token) =>
    {
        try
        {
            await MetsReader.ReadAsync(new MemoryStream(input), Limits.Default, token);
        }
        catch (XmlException)
        {
            // promised
        }
    });

    [Test]
    public async Task Premis() => await Fuzz.RunAsync("PREMIS", await FilesAsync(p => p.Contains("premis", StringComparison.OrdinalIgnoreCase) && p.EndsWith(".xml", StringComparison.Ordinal)), async (input, token) =>
    {
        try
        {
            await PremisReader.ReadAsync(new MemoryStream(input), Limits.Default, token);
        }
        catch (XmlException)
        {
            // promised
        }
    });

    [Test]
    public async Task Descriptors() => await Fuzz.RunAsync("descriptors", await FilesAsync(p => p.Contains("descriptive/EAD", StringComparison.Ordinal)), async (input, token) =>
    {
        try
        {
            await SimpleDc.ReadAsync(new MemoryStream(input), Limits.Default, token);
        }
        catch (XmlException)
        {
            // promised
        }
    });

    [Test]
    public async Task Sources_of_metadata() => await Fuzz.RunAsync(
        "tt05 JSON", [System.Text.Encoding.UTF8.GetBytes(Tt05Samples.Json)], (input, token) => Tt05Source.ReadAsync(new MemoryStream(input), Limits.Default, token));

    [TestCase("bagit.txt")]
    [TestCase("bag-info.txt")]
    [TestCase("manifest-sha512.txt")]
    [TestCase("tagmanifest-sha512.txt")]
    [TestCase("fetch.txt")]
    public async Task Tag_files(string path)
    {
        var bag = BagSamples.Bag().With("fetch.txt", "https://example.org/a 4 data/a.txt\nhttps://example.org/b - data/đ/b.txt\n");
        byte[][] utf16 = [System.Text.Encoding.Unicode.GetBytes(bag.Text(path)), [0xFE, 0xFF, .. System.Text.Encoding.BigEndianUnicode.GetBytes(bag.Text(path))]];
        var isWide = bag.Copy().With("bagit.txt", BagSamples.Declaration.Replace("UTF-8", "UTF-16", StringComparison.Ordinal));
        await Fuzz.RunAsync(path, [bag.Files[path], .. path == "bagit.txt" ? [] : utf16], async (input, token) =>
        {
            foreach (var tree in path == "bagit.txt" ? [bag.Copy()] : new[] { bag.Copy(), isWide.Copy() })
            {
                tree.Files[path] = input;
                await BagItValidator.CheckAsync(tree, Limits.Default, token);
            }
        }, share: 5);
    }

    [TestCase("bagit")]
    [TestCase("eark")]
    [TestCase("tt05")]
    public async Task Whole_packages(string kind)
    {
        var packages = await PackagesAsync(kind);
        var random = new Random(Tier.Seed);
        var all = packages.SelectMany(p => p.Files.Values).Where(f => f.Length is > 0 and < MaxSeedBytes).ToList();
        await Fuzz.RunAsync(kind + " packages", all, async (input, token) =>
        {
            var tree = packages[random.Next(packages.Count)].Copy();
            var paths = tree.Files.Keys.Where(p => tree.Files[p].Length < MaxSeedBytes).ToList();
            if (paths.Count > 0) tree.Files[paths[random.Next(paths.Count)]] = input;
            await PackageCheck.CheckAsync(tree, random.Next(4) == 0 ? (PackageKind)random.Next(3) : PackageKinds.Parse(kind), Limits.Default, token);
        }, share: 3);
    }

    [TestCase("bagit")]
    [TestCase("eark")]
    [TestCase("tt05")]
    public async Task A_spoilt_file_in_its_place(string kind)
    {
        var packages = await PackagesAsync(kind);
        var random = new Random(Tier.Seed);
        var mutator = new ByteMutator([.. packages.SelectMany(p => p.Files.Values).Where(f => f.Length is > 0 and < MaxSeedBytes)], random);
        await Fuzz.RunAsync(kind + " packages in place", [[0]], async (_, token) =>
        {
            var tree = packages[random.Next(packages.Count)].Copy();
            var paths = tree.Files.Keys.Where(p => tree.Files[p].Length is > 0 and < MaxSeedBytes && (p.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || p.EndsWith(".txt", StringComparison.Ordinal))).ToList();
            if (paths.Count == 0) return;
            var path = paths[random.Next(paths.Count)];
            tree.Files[path] = mutator.Spoil(tree.Files[path]);
            await PackageCheck.CheckAsync(tree, PackageKinds.Parse(kind), Limits.Default, token);
        }, share: 3);
    }

    [Test]
    public async Task Packages_in_spoilt_archives()
    {
        var file = Path.Join(Directory.CreateTempSubdirectory("preservation-fuzz-").FullName, "package.zip");
        try
        {
            using var bag = new MemoryStream();
            await BagItPacker.PackAsync(BagSamples.Bag(), "bag", [], bag, Tt05Samples.Options(), default);
            List<byte[]> seeds = [bag.ToArray(), (await Tt05Samples.PackAsync()).Zip, Packed(await EarkSamples.PackedAsync()), Packed(new MemoryTree("o").With("0=ocfl_object_1.1", "ocfl_object_1.1\n").With("inventory.json", "{}"))];
            await Fuzz.RunAsync("packages in archives", seeds, async (input, token) =>
            {
                await File.WriteAllBytesAsync(file, input, token);
                var (tree, findings) = await FileTrees.OpenAsync(file, Limits.Default, token);
                if (tree is null)
                {
                    Assert.That(findings, Is.Not.Empty);
                    return;
                }
                await using (tree)
                {
                    await PackageCheck.CheckAsync(tree, null, Limits.Default, token);
                    await Ocfl.Validation.OcflValidator.ValidateObjectAsync(tree, Ocfl.Validation.OcflOptions.Default, token);
                    await Ocfl.Validation.OcflValidator.ValidateStorageRootAsync(tree, Ocfl.Validation.OcflOptions.Default, token);
                }
            });
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static byte[] Packed(MemoryTree tree)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (path, content) in tree.Files)
                using (var entry = zip.CreateEntry(tree.RootName + "/" + path).Open()) entry.Write(content);
        return memory.ToArray();
    }

    private static async Task<List<byte[]>> FilesAsync(Func<string, bool> wanted)
    {
        var packages = await OwnAsync();
        return [.. packages.Concat(await Corpus.Value).SelectMany(p => p.Files).Where(f => wanted(f.Key) && f.Value.Length is > 0 and < MaxSeedBytes).Select(f => f.Value).DistinctBy(Convert.ToHexString).Take(200)];
    }

    private static async Task<List<MemoryTree>> PackagesAsync(string kind) => kind switch
    {
        "bagit" => [BagSamples.Bag(), .. (await Corpus.Value).Where(p => p.Files.ContainsKey("bagit.txt"))],
        "eark" => [.. (await OwnAsync()).Take(4), .. (await Corpus.Value).Where(p => p.Files.ContainsKey("METS.xml") && p.Files.Values.Sum(f => f.Length) < 1 << 20).Take(60)],
        _ => [.. (await OwnAsync()).Skip(4)],
    };

    private static async Task<List<MemoryTree>> OwnAsync() =>
    [
        await EarkSamples.PackedAsync(), await EarkSamples.GetAsync(EarkSample.Sip), await EarkSamples.GetAsync(EarkSample.Aip), await EarkSamples.GetAsync(EarkSample.Dip),
        await Tt05Samples.SipAsync(), await Tt05Mutants.AipAsync(),
    ];

    private static async Task<List<MemoryTree>> ReadCorpusAsync()
    {
        var packages = new List<MemoryTree>();
        if (!SharedFiles.HasCorpus) return packages;
        foreach (var folder in new[] { "bagit", "eark" })
            foreach (var file in Directory.EnumerateFiles(SharedFiles.Corpus(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var (tree, _) = await FileTrees.OpenAsync(file, Limits.Default, default);
                if (tree is null) continue;
                await using (tree) packages.Add(await CopyAsync(tree));
            }
        return packages;
    }

    private static async Task<MemoryTree> CopyAsync(IFileTree tree)
    {
        var copy = new MemoryTree(tree.RootName);
        await foreach (var entry in tree.ListAsync(default))
        {
            if (entry.Kind != EntryKind.File || entry.Bytes > 1 << 20) continue;
            try
            {
                using var buffer = new MemoryStream();
                await using (var content = await tree.OpenAsync(entry.Path, default)) await content.CopyToAsync(buffer);
                copy.Files[entry.Path] = buffer.ToArray();
            }
            catch (InvalidDataException)
            {
                // an unsafe name: the package is used without it
            }
        }
        return copy;
    }
}
