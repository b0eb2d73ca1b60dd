using System.Collections.Concurrent;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>How long requests took by kind, from the instant each was to be sent, so that one that had to wait for its turn is no faster for it; and whatever was not as it should be.</summary>
internal sealed class Latencies
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _milliseconds = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errors = new();

    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Carries out one request.</summary>
    /// <param name="kind">What it is counted under.</param>
    /// <param name="planned">When it was to be sent, as a timestamp of the system's clock.</param>
    /// <param name="request">Sends it and reads the whole answer; returns what is wrong with it, or null.</param>
    public async Task MeasureAsync(string kind, long planned, Func<Task<string?>> request)
    {
        string? wrong;
        try
        {
            wrong = await request();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            wrong = $"{e.GetType().Name}: {e.Message}";
        }
        _milliseconds.GetOrAdd(kind, _ => new()).Enqueue(TimeProvider.System.GetElapsedTime(planned).TotalMilliseconds);
        if (wrong is not null) _errors.Enqueue($"{kind}: {wrong}");
    }

    /// <summary>The kinds by name.</summary>
    public IReadOnlyList<LatencyOfKind> ByKind() => [.. _milliseconds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k =>
    {
        double[] sorted = [.. k.Value.Order()];
        return new LatencyOfKind(k.Key, sorted.Length, sorted[sorted.Length / 2], sorted[Math.Min(sorted.Length - 1, sorted.Length * 99 / 100)], sorted[^1]);
    })];
}

/// <summary>One kind of request, in milliseconds.</summary>
internal sealed record LatencyOfKind(string Kind, int Count, double Median, double Percentile99, double Longest);
