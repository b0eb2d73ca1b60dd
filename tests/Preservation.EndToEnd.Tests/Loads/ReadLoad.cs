using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>Readers who ask at their own pace, whether they were answered or not: lists, packages, provenance, receipts, pieces of files, the state of health.</summary>
internal sealed class ReadLoad(HttpClient http, IReadOnlyList<string> keys, IReadOnlyList<KeptPackage> packages, Latencies latencies)
{
    private const int PieceBytes = 4096;
    private static readonly string[] Mix = ["list", "package", "receipt", "file range", "list", "package", "receipt", "file range", "provenance", "health"];

    /// <summary>Asks so often for so long, and waits for the last answer.</summary>
    public async Task RunAsync(int perSecond, TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        var all = new Task[(int)(perSecond * time.TotalSeconds)];
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var sent = 0; sent < all.Length;)
        {
            await tick.WaitForNextTickAsync();
            var due = Math.Min(all.Length, (int)(TimeProvider.System.GetElapsedTime(start).TotalSeconds * perSecond));
            for (; sent < due; sent++)
            {
                var number = sent;
                all[sent] = latencies.MeasureAsync(Mix[number % Mix.Length], start + (number * Stopwatch.Frequency / perSecond), () => AskAsync(number));
            }
        }
        await Task.WhenAll(all);
    }

    private async Task<string?> AskAsync(int number)
    {
        var package = packages[number / Mix.Length % packages.Count];
        var from = number * 997L % (package.Content.Length - PieceBytes);
        var kind = Mix[number % Mix.Length];
        using var request = new HttpRequestMessage(HttpMethod.Get, kind switch
        {
            "list" => "/api/v1/packages?limit=20",
            "package" => $"/api/v1/packages/{package.Package}",
            "receipt" => $"/api/v1/submissions/{package.Submission}/receipts/preserved",
            "file range" => $"/api/v1/packages/{package.Package}/files/{package.File}",
            "provenance" => $"/api/v1/packages/{package.Package}/provenance",
            _ => "/health/ready",
        });
        if (kind != "health") request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", keys[number % keys.Count]);
        if (kind == "file range") request.Headers.Range = new RangeHeaderValue(from, from + PieceBytes - 1);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (response.StatusCode != (kind == "file range" ? HttpStatusCode.PartialContent : HttpStatusCode.OK)) return $"{(int)response.StatusCode}";
        if (body.Length == 0) return "an empty answer";
        return kind == "file range" && !body.AsSpan().SequenceEqual(package.Content.AsSpan((int)from, PieceBytes)) ? "other bytes" : null;
    }
}
