using System.Collections.Concurrent;
using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// Takes an object away for good, key by exact key: what its inventory names, then what lies in its place or was kept aside besides, the root inventory last. May be repeated
/// after any failure, on whatever the last attempt left. Deciding on it (two persons, holds, tombstone) is the caller's.
/// </summary>
/// <param name="held">Where from.</param>
/// <param name="quarantine">Prefix that bad bytes are kept under; ends with a slash.</param>
public sealed class ObjectErasure(OcflStore held, string quarantine)
{
    /// <summary>Keys that can stay before an attempt is given up.</summary>
    public const int MostKept = 100;

    private const int Parallelism = 4;

    /// <summary>Deletes what can be deleted.</summary>
    /// <param name="id">The object.</param>
    /// <param name="head">Its newest version.</param>
    /// <param name="inventory">Digest of that version's inventory: no other one says which keys are the object's.</param>
    /// <param name="now">Locks that end before do not count.</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task<ErasureOutcome> RunAsync(string id, VersionNumber head, Digest inventory, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (prefix, attempt) = (held.ObjectPrefix(id), new Attempt(held.Objects, now));
        var own = new ObjectKeys(prefix);
        using (var known = await ReadAsync(own.RootInventory, inventory, cancellationToken).ConfigureAwait(false) ?? await ReadAsync(own.VersionInventory(head), inventory, cancellationToken).ConfigureAwait(false))
            if (known is not null) await attempt.EraseAsync(own.All(known).Select(k => k.Key).Where(k => k != own.RootInventory), cancellationToken).ConfigureAwait(false);
        var named = attempt.Erased;
        foreach (var place in new[] { prefix, quarantine + prefix[held.Prefix.Length..] })
            await foreach (var found in held.Objects.ListAsync(place, cancellationToken).ConfigureAwait(false))
                if (found.Key != own.RootInventory && !attempt.IsGivenUp && !attempt.HasKept(found.Key)) await attempt.EraseAsync(found.Key, cancellationToken).ConfigureAwait(false);
        var besides = attempt.Erased - named;
        // As long as it is there, the object is: whoever looks finds what is left.
        if (attempt.Kept.Length == 0) await attempt.EraseAsync(own.RootInventory, cancellationToken).ConfigureAwait(false);
        return new ErasureOutcome(attempt.Erased, besides, attempt.Kept);
    }

    private async Task<Inventory?> ReadAsync(string key, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            var content = await held.Objects.OpenReadAsync(key, range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) return await InventoryReader.ReadKnownAsync(content.Stream, digest, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    private sealed class Attempt(IObjectStore store, DateTimeOffset now)
    {
        private readonly ConcurrentDictionary<string, KeptKey> _kept = new(StringComparer.Ordinal);
        private long _erased;

        public long Erased => Interlocked.Read(ref _erased);

        public bool IsGivenUp => _kept.Count >= MostKept;

        public ImmutableArray<KeptKey> Kept => [.. _kept.Values.OrderBy(k => k.Key, StringComparer.Ordinal)];

        public bool HasKept(string key) => _kept.ContainsKey(key);

        public Task EraseAsync(IEnumerable<string> keys, CancellationToken cancellationToken) =>
            Parallel.ForEachAsync(keys.TakeWhile(_ => !IsGivenUp), new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (key, token) => await EraseAsync(key, token).ConfigureAwait(false));

        public async Task EraseAsync(string key, CancellationToken cancellationToken)
        {
            try
            {
                if (await store.EraseAsync(key, now, cancellationToken).ConfigureAwait(false) is not { } found) Interlocked.Increment(ref _erased);
                else _kept[key] = new KeptKey(key, found.IsHeld ? null : found.RetainedUntil, found.IsHeld ? "it is under a legal hold of the store" : "it is retained by the store");
            }
            catch (UnauthorizedAccessException e)
            {
                _kept[key] = new KeptKey(key, null, e.Message);
            }
        }
    }
}

/// <summary>What became of an object that was to be taken away.</summary>
/// <param name="Keys">Keys of which nothing is left.</param>
/// <param name="Besides">Those among them that the inventory does not name.</param>
/// <param name="Kept">Keys that are still there, at most some hundred; empty when nothing of the object is left.</param>
public sealed record ErasureOutcome(long Keys, long Besides, ImmutableArray<KeptKey> Kept);

/// <summary>A key that could not be deleted.</summary>
/// <param name="Key">The exact key.</param>
/// <param name="Until">Until when it is locked; null when that cannot be said.</param>
/// <param name="Reason">Why, in English.</param>
public sealed record KeptKey(string Key, DateTimeOffset? Until, string Reason);
