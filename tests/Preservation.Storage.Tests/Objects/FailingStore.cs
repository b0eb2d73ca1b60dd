using Preservation.Storage.Objects;

namespace Preservation.Storage.Tests.Objects;

/// <summary>A store that cannot take objects whose key holds a text; it notices halfway through the content.</summary>
internal sealed class FailingStore(IObjectStore inner, string text) : IObjectStore
{
    public string Name => inner.Name;

    public StoreCapabilities Capabilities => inner.Capabilities;

    public async Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        if (!key.Contains(text, StringComparison.Ordinal)) return await inner.PutAsync(key, content, length, condition, cancellationToken);
        await content.ReadAtLeastAsync(new byte[Math.Max(1, length / 2)], (int)(length / 2), throwOnEndOfStream: false, cancellationToken);
        throw new StoreUnavailableException("the disk is full");
    }

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(key, range, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        inner.RemoveUnfinishedAsync(startedBefore, cancellationToken);

    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => inner.RetainAsync(key, versionId, until, cancellationToken);

    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => inner.HoldAsync(key, versionId, isHeld, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
