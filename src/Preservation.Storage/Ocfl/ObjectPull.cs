using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// Brings an object from one storage root into another, byte for byte and version by version, believing the source in nothing: inventories by rules and sidecar, contents
/// by their digest while they are written, older versions by what is held of them. Nothing that was committed is ever deleted or written over, and what a crash leaves
/// is finished by the next pull.
/// </summary>
/// <param name="source">Where from; it is only read.</param>
/// <param name="held">Where to.</param>
/// <param name="limits">Bounds on inventories.</param>
public sealed class ObjectPull(OcflStore source, OcflStore held, Limits limits)
{
    private const int Parallelism = 4;

    /// <summary>Takes what is not held yet. A failure of the store that holds is thrown; one of the source is told.</summary>
    /// <param name="path">The object's place, relative to the storage roots; ends with a slash.</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    /// <exception cref="IOException">The store that holds could not do its work.</exception>
    public async Task<PullOutcome> RunAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (from, to) = (new ObjectKeys(source.Prefix + path), new ObjectKeys(held.Prefix + path));
        try
        {
            if (await IsSameAsync(from, to, cancellationToken).ConfigureAwait(false)) return new PullOutcome.Current();
            using var offered = await OfSourceAsync(() => source.ReadInventoryAtAsync(source.Prefix + path, cancellationToken)).ConfigureAwait(false);
            if (offered is null) return new PullOutcome.Refused(null, "it went away while it was looked at");
            if (!offered.IsRootSound) return new PullOutcome.Refused(offered.Inventory.Id, "inventory and sidecar do not agree: damaged, or being written");
            return await TakeAsync(from, to, path, offered.Inventory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InventoryDamagedException or SourceReadException or InvalidDataException)
        {
            return new PullOutcome.Refused(null, e.Message);
        }
    }

    // Two sidecars that say the same are two small requests; whether the bytes are what they say is asked when copies are re-read.
    private async Task<bool> IsSameAsync(ObjectKeys from, ObjectKeys to, CancellationToken cancellationToken)
    {
        if (await held.Objects.HeadAsync(to.RootSidecar(DigestAlgorithm.Sha512), cancellationToken).ConfigureAwait(false) is not { Bytes: <= Sidecar.MaxBytes }) return false;
        var own = await held.Objects.TryReadAsync(to.RootSidecar(DigestAlgorithm.Sha512), Sidecar.MaxBytes, cancellationToken).ConfigureAwait(false);
        var offered = await OfSourceAsync(() => source.Objects.TryReadAsync(from.RootSidecar(DigestAlgorithm.Sha512), Sidecar.MaxBytes, cancellationToken)).ConfigureAwait(false);
        return own is not null && offered is not null && own.Value.Bytes.AsSpan().SequenceEqual(offered.Value.Bytes);
    }

    private async Task<PullOutcome> TakeAsync(ObjectKeys from, ObjectKeys to, string path, Inventory offered, CancellationToken cancellationToken)
    {
        StoredInventory? stored;
        try
        {
            stored = await held.ReadInventoryAtAsync(held.Prefix + path, cancellationToken).ConfigureAwait(false);
            if (stored is { IsRootSound: false })
            {
                // A commit of ours whose last write is missing.
                stored.Dispose();
                await held.RecoverAsync(offered.Id, abandonsIncomplete: false, cancellationToken).ConfigureAwait(false);
                stored = await held.ReadInventoryAtAsync(held.Prefix + path, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InventoryDamagedException or InvalidDataException)
        {
            return new PullOutcome.HeldIsDamaged();
        }
        using (stored)
        {
            if (stored is { IsRootSound: false }) return new PullOutcome.HeldIsDamaged();
            return await TakeVersionsAsync(from, to, stored?.Inventory, offered, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<PullOutcome> TakeVersionsAsync(ObjectKeys from, ObjectKeys to, Inventory? own, Inventory offered, CancellationToken cancellationToken)
    {
        var (heldVersions, previous, bytes) = (own?.Head.Number ?? 0, own, 0L);
        if (own is not null && offered.Head.Number <= heldVersions) return Judge(own, offered);
        try
        {
            foreach (var version in offered.Versions.Skip(heldVersions))
            {
                var next = version.Number == offered.Head ? offered : await ReadVersionAsync(from, offered.Id, version.Number, cancellationToken).ConfigureAwait(false);
                if (next is null) return new PullOutcome.Refused(offered.Id, $"the inventory of {version.Number.Name} is damaged or gone");
                if (previous is not null && InventoryHistory.Difference(previous, next) is { } difference)
                {
                    if (next != offered) next.Dispose();
                    return previous == own ? new PullOutcome.Differs(offered.Id, heldVersions, offered.Head.Number, difference)
                        : new PullOutcome.Refused(offered.Id, $"its inventories contradict each other: {difference}");
                }
                var digest = previous?.BytesDigest;
                if (previous != own) previous?.Dispose();
                previous = next;
                bytes += await WriteAsync(from, to, next, digest, cancellationToken).ConfigureAwait(false);
            }
            return new PullOutcome.Taken(offered.Id, offered.Head.Number - heldVersions, bytes, offered.Versions[^1].Created);
        }
        catch (VersionConflictException e)
        {
            return new PullOutcome.Differs(offered.Id, heldVersions, offered.Head.Number, e.Message);
        }
        catch (ContentChangedException e)
        {
            return new PullOutcome.Refused(offered.Id, $"{e.LogicalPath} is not what the inventory says");
        }
        catch (SourceReadException e)
        {
            return new PullOutcome.Refused(offered.Id, e.Message);
        }
        finally
        {
            if (previous != own && previous != offered) previous?.Dispose();
        }
    }

    private static PullOutcome Judge(Inventory own, Inventory offered) => own.BytesDigest == offered.BytesDigest ? new PullOutcome.Current()
        : new PullOutcome.Differs(own.Id, own.Head.Number, offered.Head.Number, (offered.Head.Number < own.Head.Number ? null : InventoryHistory.Difference(own, offered))
            ?? (offered.Head.Number < own.Head.Number ? $"{own.Head.Name} is gone" : "the inventory was written anew"));

    // What the version's own inventory says, by its own sidecar.
    private async Task<Inventory?> ReadVersionAsync(ObjectKeys from, string id, VersionNumber version, CancellationToken cancellationToken)
    {
        var (_, inventory) = await OfSourceAsync(() => new InventorySource(source.Objects, from, id, limits).ReadAsync(from.VersionInventory(version), cancellationToken)).ConfigureAwait(false);
        if (inventory is null) return null;
        var sidecar = await OfSourceAsync(() => source.Objects.TryReadAsync(from.VersionSidecar(version, inventory.DigestAlgorithm), Sidecar.MaxBytes, cancellationToken)).ConfigureAwait(false);
        if (inventory.Head == version && sidecar is not null && Sidecar.TryParse(inventory.DigestAlgorithm, sidecar.Value.Bytes, out var stated) && stated == inventory.BytesDigest) return inventory;
        inventory.Dispose();
        return null;
    }

    private async Task<long> WriteAsync(ObjectKeys from, ObjectKeys to, Inventory next, Digest? previous, CancellationToken cancellationToken)
    {
        foreach (var key in from.ContentsOf(next, next.Head)) ThrowUnlessKey(key.Key);
        var attempt = new WriteAttempt(held.Objects, to, next, previous);
        if (!await attempt.BeginAsync(cancellationToken).ConfigureAwait(false)) return 0;
        var bytes = 0L;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        var folder = next.Head.Name + "/";
        await Parallel.ForEachAsync(next.Contents.Where(c => c.ContentPath.StartsWith(folder, StringComparison.Ordinal)), parallel, async (content, token) =>
            Interlocked.Add(ref bytes, await CopyAsync(from, attempt, content.ContentPath, content.Digest, token).ConfigureAwait(false))).ConfigureAwait(false);
        await foreach (var seen in held.ReadBackAsync(to.ContentsOf(next, next.Head), cancellationToken).ConfigureAwait(false))
            if (seen is not KeyObservation.Read { IsAsExpected: true }) throw new StoreUnavailableException($"{held.Objects.Name}: {seen.Expected.Key} was written and reads otherwise");
        await attempt.CommitAsync(cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private async Task<long> CopyAsync(ObjectKeys from, WriteAttempt attempt, string path, Digest digest, CancellationToken cancellationToken)
    {
        var lane = new WriteLane(attempt);
        var bytes = await OfSourceAsync(async () =>
        {
            var content = await source.Objects.OpenReadAsync(from.Content(path), range: null, cancellationToken).ConfigureAwait(false);
            var planned = new PlannedContent(path, path, content.Description.Bytes, digest);
            await ContentTee.CopyAsync(planned, (_, _) => Task.FromResult(content.Stream), [lane], cancellationToken).ConfigureAwait(false);
            return planned.Bytes;
        }).ConfigureAwait(false);
        if (lane.Failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return bytes;
    }

    private static void ThrowUnlessKey(string key)
    {
        try
        {
            ObjectKey.Check(key);
        }
        catch (ArgumentException e)
        {
            throw new SourceReadException(e.Message, e);
        }
    }

    private static async Task<T> OfSourceAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceReadException(e.Message, e);
        }
    }

    /// <summary>The source could not be read: said apart from a failure of the store that holds.</summary>
    private sealed class SourceReadException(string message, Exception cause) : Exception(message, cause);
}
