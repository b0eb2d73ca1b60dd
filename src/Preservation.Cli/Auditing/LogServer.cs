using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>The audit log as a server shows it. What it says is believed as far as hashes lead.</summary>
internal sealed class LogServer : IDisposable
{
    private readonly HttpClient _client;

    public LogServer(Uri server, string key)
    {
        _client = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Size and head of today; an empty log has size 0.</summary>
    public async Task<(long Size, ImmutableArray<byte> Head)> HeadAsync(CancellationToken cancellationToken) =>
        await AskAsync<(long, ImmutableArray<byte>)?>("api/v1/log/heads?limit=1", answer =>
        {
            foreach (var head in answer.GetProperty("items").EnumerateArray()) return (head.GetProperty("treeSize").GetInt64(), Hash(head.GetProperty("head")));
            return (0, MerkleLog.Head([]));
        }, cancellationToken) ?? throw new InvalidDataException("the server shows no heads of its log");

    /// <summary>The hashes that lead from an old head to that over so many entries; null when the server has none.</summary>
    public Task<IReadOnlyList<ImmutableArray<byte>>?> ConsistencyAsync(long oldSize, long size, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<ImmutableArray<byte>>>(string.Create(CultureInfo.InvariantCulture, $"api/v1/log/proofs?oldSize={oldSize}&size={size}"), Proof, cancellationToken);

    /// <summary>Place, leaf hash and way to the head of an entry; null when the log does not have it.</summary>
    public Task<(long Sequence, ImmutableArray<byte> Leaf, IReadOnlyList<ImmutableArray<byte>> Proof)?> InclusionAsync(long entry, long size, CancellationToken cancellationToken) =>
        AskAsync<(long, ImmutableArray<byte>, IReadOnlyList<ImmutableArray<byte>>)?>(string.Create(CultureInfo.InvariantCulture, $"api/v1/log/proofs?entry={entry}&size={size}"),
            answer => (answer.GetProperty("sequence").GetInt64(), Hash(answer.GetProperty("leafHash")), Proof(answer)), cancellationToken);

    /// <summary>The keys that seal; null where the server publishes none.</summary>
    public Task<PublishedKeys?> KeysAsync(CancellationToken cancellationToken) => AskAsync("api/v1/log/keys", PublishedKeys.Read, cancellationToken);

    /// <summary>The evidence record of a receipt; null where there is none yet, or where the asker may not have it.</summary>
    public async Task<byte[]?> EvidenceAsync(LogWitness witness, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri($"api/v1/submissions/{witness.Submission}/receipts/{Uri.EscapeDataString(witness.Kind ?? "")}/evidence", UriKind.Relative), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden) return null;
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>The whole log as lines.</summary>
    public async Task<HttpResponseMessage> ExportAsync(CancellationToken cancellationToken)
    {
        var response = await _client.GetAsync(new Uri("api/v1/log/export", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _client.Dispose();

    // What does not exist, or cannot be proven, is an answer; a refusal is not.
    private async Task<T?> AskAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest) return default;
        response.EnsureSuccessStatusCode();
        try
        {
            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            return read(answer.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"the server's answer to {path} cannot be read", e);
        }
    }

    private static List<ImmutableArray<byte>> Proof(JsonElement answer) => [.. answer.GetProperty("proof").EnumerateArray().Select(Hash)];

    private static ImmutableArray<byte> Hash(JsonElement hex) => hex.GetString() is { Length: 2 * MerkleAccumulator.HashBytes } text && text.All(char.IsAsciiHexDigit)
        ? [.. Convert.FromHexString(text)] : throw new InvalidDataException("the server's answer holds no hash");
}
