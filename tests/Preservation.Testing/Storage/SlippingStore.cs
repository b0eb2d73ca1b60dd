using Preservation.Storage.Objects;

namespace Preservation.Testing.Storage;

/// <summary>A store whose first readings have one byte wrong.</summary>
public sealed class SlippingStore(IObjectStore inner, int slips) : IObjectStore
{
    private int _left = slips;

    public string Name => inner.Name;

    public StoreCapabilities Capabilities => inner.Capabilities;

    public async Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        var content = await inner.OpenReadAsync(key, range, cancellationToken);
        if (_left-- <= 0) return content;
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.Stream.CopyToAsync(bytes, cancellationToken);
            bytes.GetBuffer()[bytes.Length / 2] ^= 1;
            return new ObjectContent(content.Description, new MemoryStream(bytes.ToArray(), writable: false));
        }
    }

    public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) => inner.PutAsync(key, content, length, condition, cancellationToken);

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => inner.RemoveUnfinishedAsync(startedBefore, cancellationToken);

    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => inner.RetainAsync(key, versionId, until, cancellationToken);

    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => inner.HoldAsync(key, versionId, isHeld, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
