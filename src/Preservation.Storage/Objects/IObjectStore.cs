namespace Preservation.Storage.Objects;

/// <summary>
/// A place that keeps bytes under keys. Implementations must be safe for many concurrent callers and promise what is said at
/// each method; all of them pass the same contract tests. A failure of the surroundings is an <see cref="IOException"/>:
/// <see cref="StoreUnavailableException"/> when trying again may help. Refused credentials are an
/// <see cref="UnauthorizedAccessException"/>, an impossible key an <see cref="ArgumentException"/>.
/// </summary>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>Name for people, as configured; unique among the stores of a deployment.</summary>
    string Name { get; }

    /// <summary>What this store was seen to do.</summary>
    StoreCapabilities Capabilities { get; }

    /// <summary>
    /// Writes an object of exactly this length, whole or not at all: until the call succeeds no reader sees any of it, and
    /// after a failure, a cancellation or an exception out of the content stream none of it stays visible. After success the
    /// bytes survive a crash of the machine. A put under a condition is decided against every other conditional put of the
    /// same key; <see cref="PutCondition.Any"/> heeds nobody. The stream is read forward once and left open.
    /// </summary>
    /// <exception cref="PreconditionFailedException">The condition did not hold; nothing was changed.</exception>
    /// <exception cref="InvalidDataException">The stream is shorter or longer than declared; nothing was changed.</exception>
    Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken);

    /// <summary>Describes an object; null when there is none. Sees every put that succeeded before.</summary>
    Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens an object or a range of it. The bytes come as stored: the store does not judge them.</summary>
    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken);

    /// <summary>Every object whose key begins with the prefix, in no promised order, fetched page by page. An empty prefix lists all.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes the object of exactly this key; does nothing when there is none. There is no deletion by prefix.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the object of exactly this key together with every version that the store keeps beneath it, so that none of its bytes can be had any more; or, when a version is
    /// locked, nothing of it.
    /// </summary>
    /// <param name="key">The object.</param>
    /// <param name="now">Locks that end before do not count.</param>
    /// <param name="cancellationToken">Stops between two versions; the next call goes on.</param>
    /// <returns>The lock that stands in the way; null when nothing of the key is left.</returns>
    async Task<ObjectLock?> EraseAsync(string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Takes away what killed puts left: bytes that no reader ever sees but that fill the medium. Objects are never touched. Gives their number
    /// back.
    /// </summary>
    /// <param name="startedBefore">Earlier than any put that may still be at work: such a put would fail.</param>
    /// <param name="cancellationToken">Stops between two of them.</param>
    Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken);

    /// <summary>
    /// Tries every <see cref="StoreCapability"/> with objects of its own under the prefix and corrects <see cref="Capabilities"/>. What a lock keeps of them is
    /// taken away by a later probe. One result a capability.
    /// </summary>
    /// <param name="prefix">Where nothing but probes lies; ends with <c>/</c>.</param>
    /// <param name="now">Short retentions are counted from here: a clock that is a minute off the store's makes locks look absent.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What locks a version; null when there is no such object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="versionId">The version; null for the one that is read by the key alone.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="NotSupportedException">This kind of store knows no locks.</exception>
    Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken);

    /// <summary>Retains a version until a time at least (COMPLIANCE), reads the lock back and compares. Never shortens.</summary>
    /// <param name="key">The object.</param>
    /// <param name="versionId">The version; null for the one that is read by the key alone.</param>
    /// <param name="until">Until when; fractions of a second are dropped.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="LockNotKeptException">The store took the lock and does not have it.</exception>
    /// <exception cref="ObjectNotFoundException">There is no such version.</exception>
    /// <exception cref="NotSupportedException">This kind of store knows no locks.</exception>
    Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Sets or lifts a legal hold on a version, reads it back and compares.</summary>
    /// <param name="key">The object.</param>
    /// <param name="versionId">The version; null for the one that is read by the key alone.</param>
    /// <param name="isHeld">Whether it is to be held.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="LockNotKeptException">The store took the hold and does not have it.</exception>
    /// <exception cref="ObjectNotFoundException">There is no such version.</exception>
    /// <exception cref="NotSupportedException">This kind of store knows no locks.</exception>
    Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken);
}
