using System.Text.Json;

namespace Preservation.Ocfl.Inventories;

/// <summary>A digest and one of its paths, out of the manifest, the state of a version or a block of fixity.</summary>
/// <param name="Block"><c>manifest</c>, <c>versions</c> or <c>fixity</c>.</param>
/// <param name="Name">Which version, or which algorithm; empty in the manifest.</param>
/// <param name="Digest">As written.</param>
/// <param name="Path">A content path, or a logical path in a version's state.</param>
internal readonly record struct InventoryPair(string Block, string Name, string Digest, string Path);

/// <summary>Goes through an inventory that was judged before, holding one pair at a time.</summary>
internal static class InventoryPairs
{
    public const string Manifest = "manifest";
    public const string Versions = "versions";
    public const string Fixity = "fixity";
    private const int MaxDepth = 64;

    /// <summary>The pairs of the blocks asked for, in the order they are written; closes the stream.</summary>
    public static IEnumerable<InventoryPair> Read(Stream inventory, params string[] blocks)
    {
        using (inventory)
        {
            var json = new JsonPull(inventory, MaxDepth, long.MaxValue);
            json.Read();
            foreach (var block in json.Keys())
            {
                if (!blocks.Contains(block, StringComparer.Ordinal)) json.Skip();
                else if (block == Manifest)
                    foreach (var pair in Map(json, block, "")) yield return pair;
                else
                    foreach (var name in json.Keys())
                        foreach (var pair in block == Fixity ? Map(json, block, name) : State(json, name)) yield return pair;
            }
        }
    }

    private static IEnumerable<InventoryPair> State(JsonPull json, string version)
    {
        foreach (var key in json.Keys())
            if (key != "state") json.Skip();
            else
                foreach (var pair in Map(json, Versions, version)) yield return pair;
    }

    private static IEnumerable<InventoryPair> Map(JsonPull json, string block, string name)
    {
        foreach (var digest in json.Keys())
            while (json.Read() && json.Type == JsonTokenType.String) yield return new InventoryPair(block, name, digest, json.Text);
    }
}
