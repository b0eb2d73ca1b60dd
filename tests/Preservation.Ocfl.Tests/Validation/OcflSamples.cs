using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Layout;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>Objects and storage roots that break no rule, and what tests change in them.</summary>
internal static class OcflSamples
{
    public const string Id = "urn:uuid:1";
    private static readonly Dictionary<string, byte[]> Contents = new() { ["a.txt"] = "nội dung"u8.ToArray(), ["b/c.txt"] = "hai"u8.ToArray() };

    /// <summary>Two versions; the second adds a file and keeps the first one's.</summary>
    public static MemoryTree Object(string id = Id)
    {
        var tree = new MemoryTree();
        var first = Plan(null, id, "a.txt");
        tree.Write(first, p => Contents[p]);
        tree.Write(Plan(first.Inventory, id, "a.txt", "b/c.txt"), p => Contents[p]);
        return tree;
    }

    /// <summary>One version.</summary>
    public static MemoryTree YoungObject()
    {
        var tree = new MemoryTree();
        tree.Write(Plan(null, Id, "a.txt"), p => Contents[p]);
        return tree;
    }

    /// <summary>A storage root with two objects where its layout puts them.</summary>
    public static MemoryTree Root()
    {
        var root = new MemoryTree();
        foreach (var (path, bytes) in HashedNTupleLayout.Default.StorageRootFiles()) root.Files[path] = bytes;
        return root.With(Object(), PathOf(Id)).With(Object("urn:uuid:2"), PathOf("urn:uuid:2"));
    }

    public static string PathOf(string id) => HashedNTupleLayout.Default.PathOf(id)!;

    public static MemoryTree With(this MemoryTree root, MemoryTree inside, string path)
    {
        foreach (var (name, bytes) in inside.Files) root.Files[path + "/" + name] = bytes;
        return root;
    }

    public static MemoryTree With(this MemoryTree tree, string path, string text)
    {
        tree.Files[path] = Encoding.UTF8.GetBytes(text);
        return tree;
    }

    public static string Text(this MemoryTree tree, string path) => Encoding.UTF8.GetString(tree.Files[path]);

    /// <summary>Writes an inventory of the folder and its sidecar.</summary>
    public static MemoryTree WithInventory(this MemoryTree tree, string folder, string text) =>
        tree.With(folder + "inventory.json", text).Seal(folder);

    /// <summary>Writes the sidecar of a folder's inventory anew.</summary>
    public static MemoryTree Seal(this MemoryTree tree, string folder)
    {
        tree.Files[folder + "inventory.json.sha512"] = Sidecar.ToBytes(DigestAlgorithm.Sha512.Compute(tree.Files[folder + "inventory.json"]));
        return tree;
    }

    /// <summary>Replaces a piece of the inventories of these folders.</summary>
    public static MemoryTree Replace(this MemoryTree tree, string old, string @new, params string[] folders)
    {
        foreach (var folder in folders)
        {
            Assert.That(tree.Text(folder + "inventory.json"), Does.Contain(old), "the mutation must hit");
            tree.WithInventory(folder, tree.Text(folder + "inventory.json").Replace(old, @new, StringComparison.Ordinal));
        }
        return tree;
    }

    public static string Digest(string path, DigestAlgorithm algorithm) => algorithm.Compute(Contents[path]).Hex;

    public static async Task<IEnumerable<Finding>> CheckObjectAsync(MemoryTree tree) => (await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, default)).Findings;

    public static async Task<IEnumerable<Finding>> CheckRootAsync(MemoryTree tree) => (await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default)).Findings;

    private static VersionPlan Plan(Inventory? before, string id, params string[] paths) => VersionPlan.Create(
        before, id,
        paths.Select(p => new PlannedFile(p, Contents[p].Length, DigestAlgorithm.Sha512.Compute(Contents[p]), [DigestAlgorithm.Sha256.Compute(Contents[p])])),
        DateTimeOffset.UnixEpoch, "ingestion", new VersionUser("n", "urn:a"));
}
