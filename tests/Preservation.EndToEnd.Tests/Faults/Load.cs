using System.Collections.Concurrent;
using System.Net;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>Producers who send packages without a pause and keep what they were told. What is not acknowledged is sent again under the same key, as a client must.</summary>
internal sealed class Load(Archive archive, ConstantReader reader, int seed)
{
    private readonly ConcurrentQueue<Sending> _acknowledged = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _retries;

    public IReadOnlyCollection<Sending> Acknowledged => _acknowledged;

    /// <summary>How often a sending or a question about one broke or was refused.</summary>
    public int Retries => _retries;

    /// <summary>Lets them pause, so that nothing new comes while something is looked at.</summary>
    public bool IsPaused { get; set; }

    public void Start(int producers) => _running = Task.WhenAll(Enumerable.Range(0, producers).Select(i => Task.Run(() => SendAsync(new Random(seed + i)))));

    /// <summary>Ends after the packages that are just being sent.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Sends one package until it is acknowledged.</summary>
    public async Task<Sending> SendOneAsync(Bag bag, string recordStatus = "NEW")
    {
        var (package, idempotencyKey) = (bag.ToZip(), Guid.NewGuid().ToString());
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await TryAsync(package, idempotencyKey, recordStatus);
            if (answer is { Status: HttpStatusCode.Accepted or HttpStatusCode.OK } taken)
            {
                var sending = Sending.Of(taken.Submission!, bag, package);
                _acknowledged.Enqueue(sending);
                return sending;
            }
            // A server in trouble may say so; it must never call a good package bad.
            if (answer is { } refused && (int)refused.Status < 500 && refused.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict)) Assert.Fail($"a good package was refused: {refused.Status} {refused.Text}");
            Interlocked.Increment(ref _retries);
            if (TimeProvider.System.GetElapsedTime(start) > Eventually.Patience) Assert.Fail($"a package was not taken within {Eventually.Patience}: {answer} {archive.Deployment.Tail()}");
            await pause.WaitForNextTickAsync();
        }
    }

    public static Bag NewBag(Random random)
    {
        var bag = new Bag();
        for (var i = 0; i < 4; i++)
        {
            var content = new byte[random.Next(1, 60_000)];
            random.NextBytes(content);
            bag.Add($"tài liệu {i}.txt", Convert.ToBase64String(content));
        }
        return bag;
    }

    private async Task SendAsync(Random random)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        try
        {
            while (await pause.WaitForNextTickAsync(_stop.Token))
                if (!IsPaused) await FollowAsync(await SendOneAsync(NewBag(random)), pause);
        }
        catch (OperationCanceledException)
        {
            // The campaign is over.
        }
    }

    // A producer waits for the end of one package before the next: so the line is never longer than there are producers.
    private async Task FollowAsync(Sending sending, PeriodicTimer pause)
    {
        while (await pause.WaitForNextTickAsync(_stop.Token))
        {
            if (await StateAsync(sending) is not { } state)
            {
                Interlocked.Increment(ref _retries);
                continue;
            }
            if (state.GetProperty("state").GetString() is "rejected" or "returned") Assert.Fail($"a good package was not taken: {state}");
            if (state.GetProperty("state").GetString() != "preserved") continue;
            reader.Add(state.GetProperty("packageId").GetString()!, sending);
            return;
        }
    }

    // Null while the service is in trouble.
    private async Task<System.Text.Json.JsonElement?> StateAsync(Sending sending)
    {
        try
        {
            return await archive.Producer.TryGetAsync($"/api/v1/submissions/{sending.Submission}") is { } answer && (int)answer.Status < 300 ? answer.Body : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private async Task<(HttpStatusCode Status, string? Submission, string Text)?> TryAsync(byte[] package, string idempotencyKey, string recordStatus)
    {
        try
        {
            if (await archive.Producer.TrySubmitAsync(package, "bag.zip", "AUTO", idempotencyKey, recordStatus: recordStatus) is not { } answer) return null;
            return (answer.Status, answer.Body.TryGetProperty("submission", out var id) ? id.GetString() : null, answer.Body.ToString());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or IOException or TaskCanceledException)
        {
            return null;
        }
    }
}
