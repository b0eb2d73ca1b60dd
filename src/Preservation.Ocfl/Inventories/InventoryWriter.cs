using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Inventories;

/// <summary>Writes inventories; the same inventory always gives the same bytes, whatever order its parts were made in.</summary>
public static class InventoryWriter
{
    private const int FlushBytes = 64 * 1024;

    // Names stay legible to a person without our software: only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    /// <summary>Streams the inventory; memory does not grow with its length.</summary>
    public static void Write(Stream destination, Inventory inventory)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        using var json = new Utf8JsonWriter(destination, Options);
        Write(json, inventory);
    }

    /// <summary>The inventory's bytes (about 400 for each file).</summary>
    public static ReadOnlyMemory<byte> ToBytes(Inventory inventory) => GrowingStream.Of(stream => Write(stream, inventory));

    private static void Write(Utf8JsonWriter json, Inventory inventory)
    {
        json.WriteStartObject();
        json.WriteString("id", inventory.Id);
        json.WriteString("type", inventory.Specification.InventoryType);
        json.WriteString("digestAlgorithm", inventory.DigestAlgorithm.Name);
        json.WriteString("head", inventory.Head.Name);
        if (inventory.DeclaresContentDirectory) json.WriteString("contentDirectory", inventory.ContentDirectory);
        WriteMap(json, "manifest", inventory.Manifest.Select(m => (m.Key.Hex, m.Value)));
        json.WriteStartObject("versions");
        foreach (var version in inventory.Versions) WriteVersion(json, version);
        json.WriteEndObject();
        if (inventory.Fixity.Count > 0) WriteFixity(json, inventory);
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteVersion(Utf8JsonWriter json, InventoryVersion version)
    {
        json.WriteStartObject(version.Number.Name);
        json.WriteString("created", version.CreatedText);
        if (version.Message is not null) json.WriteString("message", version.Message);
        if (version.User is { } user)
        {
            json.WriteStartObject("user");
            json.WriteString("name", user.Name);
            if (user.Address is not null) json.WriteString("address", user.Address);
            json.WriteEndObject();
        }
        WriteMap(json, "state", version.State.Select(s => (s.Key.Hex, s.Value)));
        json.WriteEndObject();
    }

    private static void WriteFixity(Utf8JsonWriter json, Inventory inventory)
    {
        json.WriteStartObject("fixity");
        foreach (var (algorithm, block) in inventory.Fixity.OrderBy(f => f.Key, StringComparer.Ordinal))
            WriteMap(json, algorithm, block.Select(b => (b.Key, b.Value)));
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<(string Digest, ImmutableArray<string> Paths)> map)
    {
        json.WriteStartObject(name);
        foreach (var (digest, paths) in map.OrderBy(m => m.Digest, StringComparer.Ordinal))
        {
            json.WriteStartArray(digest);
            foreach (var path in paths.Sort(StringComparer.Ordinal)) json.WriteStringValue(path);
            json.WriteEndArray();
            if (json.BytesPending > FlushBytes) json.Flush();
        }
        json.WriteEndObject();
    }
}
