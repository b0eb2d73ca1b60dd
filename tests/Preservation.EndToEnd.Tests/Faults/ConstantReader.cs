using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>A reader who reads preserved files all the time, whole and in parts, and compares each byte with what was sent. He may be refused; he may never be given other bytes.</summary>
internal sealed class ConstantReader(Archive archive, string key, int seed)
{
    private readonly ConcurrentDictionary<string, Sending> _packages = new();
    private readonly ConcurrentQueue<string> _bad = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private long _reads, _refused;

    /// <summary>Answers whose bytes were not those that were preserved.</summary>
    public IReadOnlyCollection<string> Bad => _bad;

    public string Told => $"{Interlocked.Read(ref _reads)} answers compared, {Interlocked.Read(ref _refused)} refused or broken off, {_bad.Count} wrong";

    /// <summary>Lets him pause: each reading is an entry in the audit log, which must come to rest before it is looked at.</summary>
    public bool IsPaused { get; set; }

    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>A package he may read from now on.</summary>
    public void Add(string package, Sending sending) => _packages[package] = sending;

    public void Start(int readers) => _running = Task.WhenAll(Enumerable.Range(0, readers).Select(i => Task.Run(() => ReadAsync(new Random(seed + i)))));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task ReadAsync(Random random)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await pause.WaitForNextTickAsync(_stop.Token))
            {
                var known = _packages.ToArray();
                if (known.Length == 0 || IsPaused) continue;
                var (package, sending) = known[random.Next(known.Length)];
                var (path, content) = sending.Payload.ElementAt(random.Next(sending.Payload.Count));
                var from = random.Next(3) == 0 ? random.Next(content.Length) : 0;
                var length = from == 0 ? content.Length : random.Next(1, content.Length - from + 1);
                await ReadAsync(package, path, content.AsMemory(from, length), from == 0 ? null : from);
            }
        }
        catch (OperationCanceledException)
        {
            // The campaign is over.
        }
    }

    private async Task ReadAsync(string package, string path, ReadOnlyMemory<byte> expected, int? from)
    {
        using var client = new HttpClient { BaseAddress = archive.Deployment.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (from is { } start) client.DefaultRequestHeaders.Range = new RangeHeaderValue(start, start + expected.Length - 1);
        try
        {
            using var response = await client.GetAsync($"/api/v1/packages/{package}/files/representations/rep1/data/{Uri.EscapeDataString(path)}", _stop.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(_stop.Token);
            if (!response.IsSuccessStatusCode) Interlocked.Increment(ref _refused);
            else
            {
                Interlocked.Increment(ref _reads);
                if (!bytes.AsSpan().SequenceEqual(expected.Span)) _bad.Enqueue($"{package} {path} from {from ?? 0}: {bytes.Length} bytes, {expected.Length} expected");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Interlocked.Increment(ref _refused);
        }
    }
}
