using Preservation.Storage.Objects;

namespace Preservation.Workflow.Diagnostics;

/// <summary>A store whose calls are noted in the trace.</summary>
internal sealed class TracedStore(IObjectStore inner, WorkTrace trace) : IObjectStore
{
    public string Name => inner.Name;

    public StoreCapabilities Capabilities => inner.Capabilities;

    public async Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter($"store.put {Kind(key)}");
        return await inner.PutAsync(key, content, length, condition, cancellationToken);
    }

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.head");
        return await inner.HeadAsync(key, cancellationToken);
    }

    public async Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.read");
        return await inner.OpenReadAsync(key, range, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.list");
        await foreach (var found in inner.ListAsync(prefix, cancellationToken)) yield return found;
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.delete");
        await inner.DeleteAsync(key, cancellationToken);
    }

    public async Task<ObjectLock?> EraseAsync(string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.erase");
        return await inner.EraseAsync(key, now, cancellationToken);
    }

    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        inner.RemoveUnfinishedAsync(startedBefore, cancellationToken);

    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

    public async Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.retain");
        return await inner.RetainAsync(key, versionId, until, cancellationToken);
    }

    public async Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("store.hold");
        return await inner.HoldAsync(key, versionId, isHeld, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static string Kind(string key) =>
        key.Contains("/content/", StringComparison.Ordinal) ? "content"
        : key.EndsWith("inventory.json", StringComparison.Ordinal) ? key.Contains("/v", StringComparison.Ordinal) ? "version inventory" : "root inventory"
        : key.EndsWith(".sha512", StringComparison.Ordinal) ? "sidecar" : "declaration";
}
