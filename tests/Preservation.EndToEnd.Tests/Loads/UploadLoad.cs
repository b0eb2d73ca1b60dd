using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>Senders on slow lines, all at once: each brings a package of its own in pieces at an even pace, and makes a submission of it.</summary>
internal sealed class UploadLoad(HttpClient http, string key, Latencies latencies)
{
    /// <summary>How often a sender has a piece ready.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private const int PieceBytes = 16 << 10;

    /// <summary>Sends; the submissions with what was in them. What failed is among the errors and not here.</summary>
    public async Task<IReadOnlyList<(string Submission, byte[] Content)>> RunAsync(int senders, TimeSpan time)
    {
        var (start, pieces) = (TimeProvider.System.GetTimestamp(), Math.Max(1, (int)(time / Every)));
        var sent = await Task.WhenAll(Enumerable.Range(0, senders).Select(n => SendAsync(n, start + (long)(Every.TotalSeconds * Stopwatch.Frequency * n / senders), pieces)));
        return [.. sent.Where(s => s.Submission is not null).Select(s => (s.Submission!, s.Content))];
    }

    private async Task<(string? Submission, byte[] Content)> SendAsync(int number, long start, int pieces)
    {
        var content = RandomNumberGenerator.GetBytes(pieces * PieceBytes);
        var package = new Bag().Add("tài liệu.bin", content).ToZip();
        string? address = null, submission = null;
        await PausedUntil(start);
        await latencies.MeasureAsync("upload: begin", start, async () =>
        {
            using var request = Tus(HttpMethod.Post, "/api/v1/uploads");
            request.Headers.Add("Upload-Length", $"{package.Length}");
            request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"gói-{number}.zip"))},agreement {Convert.ToBase64String("AUTO"u8)}");
            using var response = await http.SendAsync(request);
            address = response.Headers.Location?.ToString();
            return response.StatusCode == HttpStatusCode.Created ? null : $"{(int)response.StatusCode}";
        });
        for (var piece = 0; address is not null && piece < pieces; piece++)
        {
            var planned = start + (long)(Every.TotalSeconds * Stopwatch.Frequency * (piece + 1));
            var (from, until) = ((long)package.Length * piece / pieces, (long)package.Length * (piece + 1) / pieces);
            await PausedUntil(planned);
            await latencies.MeasureAsync("upload: piece", planned, async () =>
            {
                using var request = Tus(HttpMethod.Patch, address!);
                request.Headers.Add("Upload-Offset", $"{from}");
                request.Content = new ByteArrayContent(package, (int)from, (int)(until - from));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
                using var response = await http.SendAsync(request);
                if (response.StatusCode == HttpStatusCode.NoContent && response.Headers.GetValues("Upload-Offset").Single() == $"{until}") return null;
                address = null;
                return $"{(int)response.StatusCode}";
            });
        }
        if (address is null) return (null, content);
        await latencies.MeasureAsync("upload: submission", TimeProvider.System.GetTimestamp(), async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/submissions");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            request.Content = JsonContent.Create(new { upload = address.Split('/')[^1], sha256 = Convert.ToHexStringLower(SHA256.HashData(package)), recordStatus = "NEW", agreement = "AUTO" });
            using var response = await http.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.Accepted) return $"{(int)response.StatusCode}";
            submission = (await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("submission").GetString();
            return null;
        });
        return (submission, content);
    }

    private HttpRequestMessage Tus(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static Task PausedUntil(long timestamp)
    {
        var left = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), timestamp);
        return left > TimeSpan.Zero ? Task.Delay(left, TimeProvider.System) : Task.CompletedTask;
    }
}
