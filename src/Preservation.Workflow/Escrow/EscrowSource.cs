using System.Runtime.CompilerServices;
using Preservation.Storage.Objects;

namespace Preservation.Workflow.Escrow;

/// <summary>
/// The archive's store as an escrow sees it: whatever the keys could do, nothing but reading leaves here, and not faster than was agreed. When many requests in a row fail,
/// the rest of the pass is told so without asking.
/// </summary>
internal sealed class EscrowSource(IObjectStore inner, long bytesPerHour, long requestsPerHour, TimeProvider clock, Func<TimeSpan, CancellationToken, Task> wait) : IObjectStore
{
    private const int MostFailures = 20;
    private const string ReadOnly = "an escrow never writes to its source";
    private readonly Lock _gate = new();
    private DateTimeOffset _free;
    private int _failures;
    private string? _problem;

    public string Name => inner.Name;

    // Said for the storage root's sake, which asks it of every store; no put is ever made.
    public StoreCapabilities Capabilities => new(ConditionalPut: true, long.MaxValue);

    /// <summary>Why it was given up; null while it was not.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Asks anew: the next pass begins.</summary>
    public void Forget()
    {
        Volatile.Write(ref _problem, null);
        Volatile.Write(ref _failures, 0);
    }

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => ReadAsync(() => inner.HeadAsync(key, cancellationToken), _ => 0, cancellationToken);

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        ReadAsync(() => inner.OpenReadAsync(key, range, cancellationToken), content => content.Description.Bytes, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var found = inner.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(found)) yield return found.Current;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => throw new InvalidOperationException(ReadOnly);

    private async Task<T> ReadAsync<T>(Func<Task<T>> read, Func<T, long> bytesOf, CancellationToken cancellationToken)
    {
        if (Problem is { } problem) throw new StoreUnavailableException(problem);
        await PaceAsync(1, 0, cancellationToken);
        try
        {
            var answer = await read();
            Volatile.Write(ref _failures, 0);
            await PaceAsync(0, bytesOf(answer), cancellationToken);
            return answer;
        }
        catch (ObjectNotFoundException)
        {
            Volatile.Write(ref _failures, 0);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Interlocked.Increment(ref _failures) >= MostFailures) Volatile.Write(ref _problem, $"{MostFailures} requests in a row failed, the last one: {e.Message}");
            throw;
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<StoredObject> found)
    {
        try
        {
            return await found.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EscrowSourceException($"it cannot be listed: {e.Message}", e);
        }
    }

    // Each request moves the time at which the next one may begin; whoever is behind may catch up no further than to now.
    private Task PaceAsync(int requests, long bytes, CancellationToken cancellationToken)
    {
        if (requestsPerHour == 0 && bytesPerHour == 0) return Task.CompletedTask;
        TimeSpan pause;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_free < now) _free = now;
            pause = _free - now;
            if (requestsPerHour > 0) _free += TimeSpan.FromHours(1) * ((double)requests / requestsPerHour);
            if (bytesPerHour > 0) _free += TimeSpan.FromHours(1) * ((double)bytes / bytesPerHour);
        }
        return requests == 0 || pause <= TimeSpan.Zero ? Task.CompletedTask : wait(pause, cancellationToken);
    }
}

/// <summary>The archive's store could not be listed; nothing can be said of what is there.</summary>
internal sealed class EscrowSourceException(string message, Exception cause) : Exception(message, cause);
