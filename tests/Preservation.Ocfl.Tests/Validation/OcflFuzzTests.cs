using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Testing;
using Preservation.Testing.Fuzzing;
using static Preservation.Ocfl.Tests.Validation.OcflSamples;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>Spoilt input for every reader of OCFL.</summary>
[Category("Fuzz")]
public sealed class OcflFuzzTests
{
    [Test]
    public async Task Inventories() => await Fuzz.RunAsync("inventories", await SeedsAsync(), async (input, token) =>
    {
        foreach (var version in OcflVersion.All) await InventoryReader.ReadAsync(new MemoryStream(input), version, Limits.Default, token);
    });

    [Test]
    public async Task Inventories_of_objects() => await Fuzz.RunAsync("inventories of objects", await SeedsAsync(), async (input, token) =>
    {
        foreach (var folders in new[] { [""], new[] { "", "v2/" }, ["v1/"] })
        {
            var tree = OcflSamples.Object();
            foreach (var folder in folders)
            {
                tree.Files[folder + "inventory.json"] = input;
                tree.Seal(folder);
            }
            await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, token);
        }
    });

    [TestCase("0=ocfl_1.1")]
    [TestCase("ocfl_layout.json")]
    [TestCase("extensions/0004-hashed-n-tuple-storage-layout/config.json")]
    public async Task Files_of_storage_roots(string path)
    {
        var root = Root();
        byte[][] layouts = [.. new[] { "0002-flat-direct-storage-layout", "0003-hash-and-id-n-tuple-storage-layout", "0006-flat-omit-prefix-storage-layout", "0007-n-tuple-omit-prefix-storage-layout" }
            .Select(n => System.Text.Encoding.UTF8.GetBytes($"{{\"extensionName\":\"{n}\",\"extension\":\"{n}\",\"description\":\"\",\"digestAlgorithm\":\"md5\",\"tupleSize\":3,\"numberOfTuples\":3,\"delimiter\":\":\",\"zeroPadding\":\"left\",\"reverseObjectRoot\":true,\"shortObjectRoot\":true}}"))];
        var index = 0;
        await Fuzz.RunAsync(path, [root.Files[path], .. path.EndsWith(".json", StringComparison.Ordinal) ? layouts : []], async (input, token) =>
        {
            var tree = root.Copy();
            tree.Files[path] = input;
            if (path.EndsWith("config.json", StringComparison.Ordinal))
            {
                var name = new[] { "0002-flat-direct-storage-layout", "0003-hash-and-id-n-tuple-storage-layout", "0004-hashed-n-tuple-storage-layout", "0006-flat-omit-prefix-storage-layout", "0007-n-tuple-omit-prefix-storage-layout" }[index++ % 5];
                tree.With("ocfl_layout.json", $"{{\"extension\":\"{name}\",\"description\":\"\"}}").Files[$"extensions/{name}/config.json"] = input;
            }
            await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, token);
        }, share: 3);
    }

    [TestCase("0=ocfl_object_1.1")]
    [TestCase("inventory.json.sha512")]
    public async Task Small_files_of_objects(string path)
    {
        var sound = OcflSamples.Object();
        await Fuzz.RunAsync(path, [sound.Files[path]], async (input, token) =>
        {
            var tree = sound.Copy();
            tree.Files[path] = input;
            await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, token);
        }, share: 2);
    }

    private static async Task<List<byte[]>> SeedsAsync()
    {
        List<byte[]> seeds = [OcflSamples.Object().Files["inventory.json"], OcflSamples.Object().Files["v1/inventory.json"]];
        if (!SharedFiles.HasCorpus) return seeds;
        foreach (var file in Directory.EnumerateFiles(SharedFiles.Corpus("ocfl"), "*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var (tree, _) = await FileTrees.OpenAsync(file, Limits.Default, default);
            if (tree is null) continue;
            await using (tree)
                await foreach (var entry in tree.ListAsync(default))
                {
                    if (!entry.Path.EndsWith("inventory.json", StringComparison.Ordinal) || entry.Bytes > 32 << 10 || entry.Kind != EntryKind.File) continue;
                    using var buffer = new MemoryStream();
                    await using (var content = await tree.OpenAsync(entry.Path, default)) await content.CopyToAsync(buffer);
                    seeds.Add(buffer.ToArray());
                }
        }
        return seeds;
    }
}
