using System.Text.Json;

namespace Preservation.Cli.Auditing;

/// <summary>The keys that seal, as a server publishes them (<c>GET /api/v1/log/keys</c>).</summary>
internal sealed class PublishedKeys
{
    private readonly Dictionary<string, (DateTimeOffset At, bool Compromise)?> _keys = new(StringComparer.Ordinal);

    private PublishedKeys()
    {
    }

    /// <summary>Is it one of them?</summary>
    public bool Has(string key) => _keys.ContainsKey(key);

    /// <summary>From when on it is revoked, and whether it may be in foreign hands; null for a key that is not.</summary>
    public (DateTimeOffset At, bool Compromise)? RevocationOf(string key) => _keys.GetValueOrDefault(key);

    /// <exception cref="InvalidDataException">It is no list of keys.</exception>
    public static PublishedKeys Read(JsonElement answer)
    {
        var keys = new PublishedKeys();
        try
        {
            foreach (var key in answer.GetProperty("items").EnumerateArray())
                keys._keys[key.GetProperty("id").GetString()!] = key.TryGetProperty("revokedAt", out var at) && at.ValueKind == JsonValueKind.String
                    ? (at.GetDateTimeOffset(), !key.TryGetProperty("compromise", out var lost) || lost.ValueKind != JsonValueKind.False) : null;
            return keys;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("these are no published keys", e);
        }
    }

    /// <exception cref="InvalidDataException">The file holds no list of keys.</exception>
    public static async Task<PublishedKeys> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            using var document = await JsonDocument.ParseAsync(file, default, cancellationToken);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} holds no published keys", e);
        }
    }
}
