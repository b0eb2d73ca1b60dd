using System.Text.Json;

namespace Preservation.Invariants;

/// <summary>What is looked at: the catalogue, every store, and what the senders were told.</summary>
/// <param name="Database">Connection string of a role that reads everything.</param>
/// <param name="Stores">The stores by the names the catalogue has for them.</param>
/// <param name="Acknowledged">A file with one line for each submission that was acknowledged (see <see cref="Acknowledgement"/>); null when nobody kept a list.</param>
internal sealed record Settings(string Database, IReadOnlyList<StoreSettings> Stores, string? Acknowledged)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static async Task<Settings> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<Settings>(file, Options) ?? throw new InvalidDataException($"{path} is empty");
    }
}

/// <summary>A store: a folder, or a bucket.</summary>
internal sealed record StoreSettings(string Name, string? Folder, string? Endpoint, string? Region, string? Bucket, string? AccessKey, string? SecretKey);

/// <summary>A submission that was acknowledged: its id, the digest of what was sent, and those of the files that must be preserved, tab-separated.</summary>
/// <param name="Submission">The id the sender was told.</param>
/// <param name="Sha256">Of the package as sent, in hexadecimal.</param>
/// <param name="Payload">SHA-512 of each payload file, in hexadecimal.</param>
internal sealed record Acknowledgement(string Submission, string Sha256, IReadOnlyList<string> Payload)
{
    public static async Task<List<Acknowledgement>> ReadAsync(string? path)
    {
        var list = new List<Acknowledgement>();
        if (path is null) return list;
        await foreach (var line in File.ReadLinesAsync(path))
        {
            var parts = line.Split('\t');
            if (parts.Length != 3) throw new InvalidDataException($"{path}: three parts a line are expected");
            list.Add(new Acknowledgement(parts[0], parts[1], parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries)));
        }
        return list;
    }
}
