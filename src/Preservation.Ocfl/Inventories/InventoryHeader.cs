using System.Text.Json;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Inventories;

/// <summary>Reads of an inventory that was judged before what stands there but once, and goes past the rest.</summary>
internal static class InventoryHeader
{
    private const int MaxDepth = 64;

    /// <summary>The inventory whose bytes these are.</summary>
    /// <exception cref="JsonException">They are none.</exception>
    public static Inventory Read(SpooledBytes bytes, Digest digest)
    {
        using var file = bytes.Open();
        var json = new JsonPull(file, MaxDepth, long.MaxValue);
        json.Read();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var versions = new List<InventoryVersion>();
        foreach (var key in json.Keys())
            if (key == InventoryPairs.Versions) versions.AddRange(json.Keys().Select(name => Version(json, name)));
            else if (json.Type == JsonTokenType.String) texts[key] = json.Text;
            else json.Skip();
        return new Inventory(bytes, digest)
        {
            Id = Text(texts, "id"),
            Specification = OcflVersion.All.FirstOrDefault(v => v.InventoryType == Text(texts, "type")) ?? OcflVersion.V11,
            DigestAlgorithm = DigestAlgorithm.FindInPackage(Text(texts, "digestAlgorithm")) ?? throw new JsonException("no algorithm of ours"),
            ContentDirectory = texts.GetValueOrDefault("contentDirectory") ?? "content",
            DeclaresContentDirectory = texts.ContainsKey("contentDirectory"),
            Versions = [.. versions.OrderBy(v => v.Number.Number)],
        };
    }

    private static string Text(Dictionary<string, string> texts, string key) => texts.GetValueOrDefault(key) ?? throw new JsonException($"no {key}");

    private static InventoryVersion Version(JsonPull json, string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in json.Keys())
            if (json.Type == JsonTokenType.String) texts[key] = json.Text;
            else if (key != "user") json.Skip();
            else
                foreach (var of in json.Keys()) texts["user." + of] = json.Text;
        if (!VersionNumber.TryParse(name, out var number)) throw new JsonException($"no version {name}");
        var user = texts.GetValueOrDefault("user.name") is { } known ? new VersionUser(known, texts.GetValueOrDefault("user.address")) : null;
        return new InventoryVersion(number, Text(texts, "created"), texts.GetValueOrDefault("message"), user);
    }
}
