using System.Text.Encodings.Web;
using System.Text.Json;

namespace Preservation.Ocfl.Inventories;

/// <summary>Writes an inventory piece by piece; the same pieces always give the same bytes, and memory does not grow with their number.</summary>
internal sealed class InventoryWriter(Stream destination) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    // Names stay legible to a person without our software: only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = false };

    private readonly Utf8JsonWriter _json = new(destination, Options);

    public void Begin(string id, OcflVersion specification, string algorithm, VersionNumber head, string? contentDirectory)
    {
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteString("type", specification.InventoryType);
        _json.WriteString("digestAlgorithm", algorithm);
        _json.WriteString("head", head.Name);
        if (contentDirectory is not null) _json.WriteString("contentDirectory", contentDirectory);
    }

    public void BeginVersions() => _json.WriteStartObject(InventoryPairs.Versions);

    public void WriteVersion(InventoryVersion version, IEnumerable<(string Digest, string Path)> state)
    {
        _json.WriteStartObject(version.Number.Name);
        _json.WriteString("created", version.CreatedText);
        if (version.Message is not null) _json.WriteString("message", version.Message);
        if (version.User is { } user)
        {
            _json.WriteStartObject("user");
            _json.WriteString("name", user.Name);
            if (user.Address is not null) _json.WriteString("address", user.Address);
            _json.WriteEndObject();
        }
        WriteMap("state", state);
        _json.WriteEndObject();
    }

    public void BeginFixity() => _json.WriteStartObject(InventoryPairs.Fixity);

    /// <summary>Writes a map of digests to paths; the pairs of one digest stand together.</summary>
    public void WriteMap(string name, IEnumerable<(string Digest, string Path)> pairs)
    {
        _json.WriteStartObject(name);
        string? open = null;
        foreach (var (digest, path) in pairs)
        {
            if (digest != open)
            {
                if (open is not null) _json.WriteEndArray();
                if (_json.BytesPending > FlushBytes) _json.Flush();
                _json.WriteStartArray(open = digest);
            }
            _json.WriteStringValue(path);
        }
        if (open is not null) _json.WriteEndArray();
        _json.WriteEndObject();
    }

    /// <summary>Ends the block that was begun last: the versions, the fixity, or the inventory itself.</summary>
    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();
}
