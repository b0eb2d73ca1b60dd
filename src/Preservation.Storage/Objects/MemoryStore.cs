using System.Globalization;
using System.Runtime.CompilerServices;

namespace Preservation.Storage.Objects;

/// <summary>A store in memory: the model the others are measured by, and the ground for tests with injected faults.</summary>
public sealed class MemoryStore(string name) : IObjectStore
{
    private const string NoLocks = "memory cannot be locked";
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (byte[] Bytes, string ETag)> _objects = new(StringComparer.Ordinal);
    private long _writes;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public StoreCapabilities Capabilities { get; } = new(ConditionalPut: true, int.MaxValue);

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(
        string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        var bytes = new byte[length];
        await ExactLength.ReadAsync(content, bytes, cancellationToken).ConfigureAwait(false);
        await ExactLength.EndAsync(content, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var exists = _objects.TryGetValue(key, out var old);
            if (condition is PutCondition.Absent && exists) throw new PreconditionFailedException(key);
            if (condition is PutCondition.Unchanged unchanged && (!exists || old.ETag != unchanged.ETag)) throw new PreconditionFailedException(key);
            var etag = (++_writes).ToString(CultureInfo.InvariantCulture);
            _objects[key] = (bytes, etag);
            return new StoredObject(key, length, etag);
        }
    }

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        lock (_gate)
            return Task.FromResult(_objects.TryGetValue(key, out var found) ? new StoredObject(key, found.Bytes.Length, found.ETag) : null);
    }

    /// <inheritdoc/>
    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        lock (_gate)
        {
            if (!_objects.TryGetValue(key, out var found)) throw new ObjectNotFoundException(key);
            var start = (int)Math.Min(range?.Start ?? 0, found.Bytes.Length);
            var count = (int)Math.Min(range?.Length ?? long.MaxValue, found.Bytes.Length - start);
            return Task.FromResult(new ObjectContent(
                new StoredObject(key, found.Bytes.Length, found.ETag), new MemoryStream(found.Bytes, start, count, writable: false)));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoredObject[] found;
        lock (_gate)
            found = [.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(o => new StoredObject(o.Key, o.Value.Bytes.Length, o.Value.ETag))];
        foreach (var one in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return one;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Check(key);
        lock (_gate) _objects.Remove(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => Task.FromResult(0);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) =>
        ConditionProbe.AloneAsync(this, prefix, "memory has no such thing", cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
