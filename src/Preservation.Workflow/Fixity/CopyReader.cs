using System.Collections.Concurrent;
using System.Collections.Immutable;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Storage.Objects;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Re-reads stored keys and says what they are now. Believes no ETag, tag or earlier result: only bytes read to their end count. What is not as it must be is read a
/// second time before it is called so: a store, or the way to it, may slip once.
/// </summary>
public static class CopyReader
{
    /// <summary>Reads every key of a copy, in parallel up to the cores; results come in the order of the keys.</summary>
    /// <param name="store">Where the copy lies.</param>
    /// <param name="keys">What is to be read.</param>
    /// <param name="more">Functions besides SHA-512 that the bytes are digested by in the same reading.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<ImmutableArray<KeyReading>> ReadAsync(IObjectStore store, IReadOnlyList<StoredCopy> keys, IReadOnlyCollection<DigestAlgorithm> more, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keys);
        var readings = new ConcurrentDictionary<long, KeyReading>();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (key, token) => readings[key.Id] = await ReadAsync(store, key, more, token));
        return [.. keys.Select(k => readings[k.Id])];
    }

    /// <summary>Reads one key.</summary>
    public static Task<KeyReading> ReadAsync(IObjectStore store, StoredCopy key, CancellationToken cancellationToken) => ReadAsync(store, key, [], cancellationToken);

    private static async Task<KeyReading> ReadAsync(IObjectStore store, StoredCopy key, IReadOnlyCollection<DigestAlgorithm> more, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(key);
        var reading = await ReadOnceAsync(store, key, more, cancellationToken);
        if (reading.Outcome is FixityOutcome.Ok or FixityOutcome.Unreadable) return reading;
        var again = await ReadOnceAsync(store, key, more, cancellationToken);
        return again.Outcome == FixityOutcome.Ok ? again with { IsSlip = true } : again;
    }

    private static async Task<KeyReading> ReadOnceAsync(IObjectStore store, StoredCopy key, IReadOnlyCollection<DigestAlgorithm> more, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(key.Key, null, cancellationToken);
            var digests = await StreamDigest.ComputeAsync(content.Stream, [DigestAlgorithm.Sha512, .. more.Where(m => m != DigestAlgorithm.Sha512)], cancellationToken);
            var observed = digests[DigestAlgorithm.Sha512].Bytes;
            // A store that was away when a version was written still has the one before: what it lacks is missing, not corrupt.
            var outcome = digests.Bytes == key.Bytes && observed.AsSpan().SequenceEqual(key.Sha512) ? FixityOutcome.Ok
                : key.State is CopyState.Missing or CopyState.Awaited ? FixityOutcome.Missing : FixityOutcome.Mismatch;
            return new KeyReading(key, outcome, [.. observed], digests.Bytes, null) { More = outcome == FixityOutcome.Ok ? [.. more.Select(m => digests[m])] : [] };
        }
        catch (ObjectNotFoundException)
        {
            return new KeyReading(key, FixityOutcome.Missing, null, null, null);
        }
        catch (ObjectAsleepException e) when (e.IsWaking)
        {
            return new KeyReading(key, FixityOutcome.Unreadable, null, null, e.Message) { IsWaking = true };
        }
        catch (IOException e)
        {
            return new KeyReading(key, FixityOutcome.Unreadable, null, null, $"{e.GetType().Name}: {e.Message}");
        }
        catch (UnauthorizedAccessException e)
        {
            return new KeyReading(key, FixityOutcome.Unreadable, null, null, e.Message);
        }
    }
}
