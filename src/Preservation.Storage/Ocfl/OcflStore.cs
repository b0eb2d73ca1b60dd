using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Layout;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// An OCFL 1.1 storage root in an object store. The root inventory of an object is the truth: a version exists from the
/// moment it is replaced, and never before its contents are there.
/// </summary>
public sealed class OcflStore
{
    private const int Parallelism = 8;
    private const int ReadAttempts = 3;
    private readonly string _prefix;
    private readonly HashedNTupleLayout _layout;
    private readonly Limits _limits;

    /// <param name="objects">The store; it stays open.</param>
    /// <param name="prefix">Where the storage root lies: empty, or ending with <c>/</c>.</param>
    /// <param name="limits">Bounds on inventories.</param>
    /// <exception cref="ArgumentException">The store cannot put under conditions, or the prefix has no slash at its end.</exception>
    public OcflStore(IObjectStore objects, string prefix, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(prefix);
        if (!objects.Capabilities.ConditionalPut) throw new ArgumentException($"{objects.Name} ignores conditions: versions could be lost", nameof(objects));
        if (prefix.Length > 0 && !prefix.EndsWith('/')) throw new ArgumentException("a prefix ends with a slash", nameof(prefix));
        Objects = objects;
        _prefix = prefix;
        _layout = HashedNTupleLayout.Default;
        _limits = limits;
    }

    /// <summary>The store below.</summary>
    public IObjectStore Objects { get; }

    /// <summary>The storage root's prefix.</summary>
    public string Prefix => _prefix;

    /// <summary>Prefix of every key of an object, with a slash at its end.</summary>
    public string ObjectPrefix(string id) => _prefix + _layout.PathOf(id) + "/";

    /// <summary>Makes the prefix a storage root, or finds that it is this one.</summary>
    /// <exception cref="InvalidOperationException">It is a storage root of another version or layout.</exception>
    public async Task InitializeRootAsync(CancellationToken cancellationToken)
    {
        // The declaration comes last: a root that says what it is has its layout.
        foreach (var (path, bytes) in _layout.StorageRootFiles().Reverse())
        {
            try
            {
                await Objects.PutBytesAsync(_prefix + path, bytes, PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false);
            }
            catch (PreconditionFailedException)
            {
                // A store may slip once: it is called another root only when two readings say so.
                if (!await HoldsAsync(path, bytes, cancellationToken).ConfigureAwait(false) && !await HoldsAsync(path, bytes, cancellationToken).ConfigureAwait(false))
                    throw new InvalidOperationException($"{Objects.Name}: {path} is not the one of our layout");
            }
        }
    }

    /// <summary>Does the prefix say that it is a storage root of our version and layout? Nothing is written.</summary>
    public async Task<bool> IsRootAsync(CancellationToken cancellationToken)
    {
        foreach (var (path, bytes) in _layout.StorageRootFiles().Where(f => !f.Path.StartsWith("ocfl_layout", StringComparison.Ordinal)))
            if (!await HoldsAsync(path, bytes, cancellationToken).ConfigureAwait(false) && !await HoldsAsync(path, bytes, cancellationToken).ConfigureAwait(false)) return false;
        return true;
    }

    private async Task<bool> HoldsAsync(string path, byte[] bytes, CancellationToken cancellationToken) =>
        await Objects.TryReadAsync(_prefix + path, bytes.Length, cancellationToken).ConfigureAwait(false) is { } found && found.Bytes.AsSpan().SequenceEqual(bytes);

    /// <summary>The newest inventory that agrees with its sidecar, the caller's to close; null when the store has no such object.</summary>
    /// <exception cref="InventoryDamagedException">There is an object, but no inventory of it can be believed.</exception>
    public Task<StoredInventory?> ReadInventoryAsync(string id, CancellationToken cancellationToken) =>
        new InventorySource(Objects, Keys(id), id, _limits).ReadAsync(ReadAttempts, cancellationToken);

    /// <summary>The newest inventory of whatever object lies under a prefix, the caller's to close; null when no root inventory lies there.</summary>
    /// <param name="objectPrefix">Where an object's root is; ends with a slash.</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    /// <exception cref="InventoryDamagedException">No inventory there can be believed, or it is of an object that belongs elsewhere.</exception>
    public Task<StoredInventory?> ReadInventoryAtAsync(string objectPrefix, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(objectPrefix);
        return new InventorySource(Objects, new ObjectKeys(objectPrefix), objectPrefix, id => ObjectPrefix(id) == objectPrefix, _limits).ReadAsync(ReadAttempts, cancellationToken);
    }

    /// <summary>The inventory that was the object's when this version was its head; null when the store has none with this digest.</summary>
    /// <param name="id">The object.</param>
    /// <param name="version">The version.</param>
    /// <param name="digest">What the inventory's file hashes to (SHA-512): nothing else is believed.</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    public async Task<Inventory?> ReadInventoryAsync(string id, VersionNumber version, Digest digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(digest);
        try
        {
            var content = await Objects.OpenReadAsync(Keys(id).VersionInventory(version), range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) return await InventoryReader.ReadKnownAsync(content.Stream, digest, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a version, or finishes writing it, or finds it written. May be repeated after any failure.</summary>
    /// <inheritdoc cref="OcflReplication.WriteToAllAsync"/>
    /// <exception cref="VersionConflictException">Another writer has the version, or the plan is out of date.</exception>
    public async Task WriteVersionAsync(
        VersionPlan plan, Func<string, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var result = await OcflReplication.WriteToAllAsync([this], plan, open, cancellationToken).ConfigureAwait(false);
        if (result[0] is StoreWriteResult.Failed failed)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.Cause);
    }

    /// <summary>
    /// Finishes what an interrupted write left: commits the next version when all its contents are there and right, mends the
    /// root's sidecar. An incomplete version is deleted, key by key, only when asked.
    /// </summary>
    /// <param name="id">The object.</param>
    /// <param name="abandonsIncomplete">True only when no writer of this object can still be at work (its lease ran out).</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    public Task<Recovery> RecoverAsync(string id, bool abandonsIncomplete, CancellationToken cancellationToken) =>
        new ObjectRecovery(this, Keys(id), id, _limits).RunAsync(abandonsIncomplete, cancellationToken);

    /// <summary>Every key the object must have, and no other.</summary>
    public IEnumerable<ExpectedKey> KeysOf(Inventory inventory)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        return Keys(inventory.Id).All(inventory);
    }

    /// <summary>The keys a planned version writes, those of the object's root among them; digest and length of each are known.</summary>
    public IEnumerable<ExpectedKey> KeysOf(VersionPlan plan) => KeysOf(plan, _prefix);

    /// <summary>The same in any store whose storage root has this prefix.</summary>
    public static IEnumerable<ExpectedKey> KeysOf(VersionPlan plan, string prefix)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new ObjectKeys(prefix + HashedNTupleLayout.Default.PathOf(plan.Id) + "/").Of(plan);
    }

    /// <summary>Re-reads the keys from the store, several at once, and says of each what was seen, in no order.</summary>
    public async IAsyncEnumerable<KeyObservation> ReadBackAsync(
        IEnumerable<ExpectedKey> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var seen = Channel.CreateBounded<KeyObservation>(Parallelism * 4);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = stopping.Token };
        var reading = Task.Run(async () =>
        {
            try
            {
                await Parallel.ForEachAsync(keys, parallel, async (key, token) =>
                    await seen.Writer.WriteAsync(await ObserveAsync(key, token).ConfigureAwait(false), token).ConfigureAwait(false)).ConfigureAwait(false);
            }
            finally
            {
                seen.Writer.TryComplete();
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var observation in seen.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return observation;
            await reading.ConfigureAwait(false);
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Opens what a version shows at a logical path, or a range of it.</summary>
    /// <exception cref="FileNotFoundException">The version shows nothing there.</exception>
    /// <exception cref="ObjectNotFoundException">The store lost the content.</exception>
    public Task<ObjectContent> OpenAsync(Inventory inventory, int version, string logicalPath, ByteRange? range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var path = inventory.ContentPathOf(version, logicalPath)
            ?? throw new FileNotFoundException($"v{version} of {inventory.Id} has no such file", logicalPath);
        return Objects.OpenReadAsync(Keys(inventory.Id).Content(path), range, cancellationToken);
    }

    /// <summary>
    /// Deletes an object by its exact keys and gives them back. What says that the object is there goes last, so that an interrupted purge can
    /// be repeated. Deciding to purge (two persons, holds, tombstone) is the caller's.
    /// </summary>
    public async Task<ImmutableArray<string>> PurgeAsync(Inventory inventory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var own = Keys(inventory.Id);
        string[] last = [own.RootSidecar(inventory.DigestAlgorithm), own.VersionInventory(inventory.Head), own.RootInventory];
        var first = KeysOf(inventory).Select(k => k.Key).Except(last, StringComparer.Ordinal).ToArray();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(first, parallel, async (key, token) => await Objects.DeleteAsync(key, token).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var key in last) await Objects.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        return [.. first, .. last];
    }

    internal WriteAttempt Attempt(VersionPlan plan) =>
        new(Objects, Keys(plan.Id), plan.Inventory, plan.PreviousInventoryDigest);

    private ObjectKeys Keys(string id) => new(ObjectPrefix(id));

    private async Task<KeyObservation> ObserveAsync(ExpectedKey key, CancellationToken cancellationToken)
    {
        try
        {
            var content = await Objects.OpenReadAsync(key.Key, range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var algorithms = key.Digest is null || key.Digest.Algorithm == DigestAlgorithm.Sha512
                    ? [DigestAlgorithm.Sha512] : new[] { DigestAlgorithm.Sha512, key.Digest.Algorithm };
                return new KeyObservation.Read(key, await StreamDigest.ComputeAsync(content.Stream, algorithms, cancellationToken).ConfigureAwait(false)) { VersionId = content.Description.VersionId };
            }
        }
        catch (ObjectNotFoundException)
        {
            return new KeyObservation.Missing(key);
        }
        catch (IOException e)
        {
            return new KeyObservation.Unreadable(key, e);
        }
    }
}
