using Preservation.Storage.Objects;

namespace Preservation.Testing.Storage;

/// <summary>A process that dies at one of its requests to a store: before the store hears it, or after it has done it.</summary>
public sealed class DyingStore(IObjectStore inner, int diesAt, bool afterwards) : IObjectStore
{
    private int _requests;

    public sealed class ProcessDiedException : Exception;

    public int Requests => _requests;

    public string Name => inner.Name;

    public StoreCapabilities Capabilities => inner.Capabilities;

    public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) =>
        RunAsync(() => inner.PutAsync(key, content, length, condition, cancellationToken));

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => RunAsync(() => inner.HeadAsync(key, cancellationToken));

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        RunAsync(() => inner.OpenReadAsync(key, range, cancellationToken));

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => RunAsync(async () =>
    {
        await inner.DeleteAsync(key, cancellationToken);
        return true;
    });

    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        RunAsync(() => inner.RemoveUnfinishedAsync(startedBefore, cancellationToken));

    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => inner.RetainAsync(key, versionId, until, cancellationToken);

    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => inner.HoldAsync(key, versionId, isHeld, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> RunAsync<T>(Func<Task<T>> request)
    {
        var number = Interlocked.Increment(ref _requests);
        if (number > diesAt || (number == diesAt && !afterwards)) throw new ProcessDiedException();
        var answer = await request();
        return number == diesAt ? throw new ProcessDiedException() : answer;
    }
}
