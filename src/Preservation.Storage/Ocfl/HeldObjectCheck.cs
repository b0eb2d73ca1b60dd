using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// Re-reads every byte of an object that was pulled. What is bad or lost is written again when its right bytes are at hand, out of the inventory or from the source, and
/// prove themselves before a bad byte is touched; what was bad is kept aside.
/// </summary>
/// <param name="source">Where right contents may be; it is only read.</param>
/// <param name="held">What is re-read.</param>
/// <param name="quarantine">Prefix that bad bytes are kept under; ends with a slash.</param>
public sealed class HeldObjectCheck(OcflStore source, OcflStore held, string quarantine)
{
    /// <summary>Reads the object to its last byte; null when there is none.</summary>
    /// <param name="path">The object's place, relative to the storage roots; ends with a slash.</param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    /// <exception cref="IOException">The store that holds could not be written to.</exception>
    public async Task<HeldObject?> RunAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var to = new ObjectKeys(held.Prefix + path);
        StoredInventory? stored;
        try
        {
            stored = await held.ReadInventoryAtAsync(held.Prefix + path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InventoryDamagedException or InvalidDataException)
        {
            return new HeldObject(null, 0, [new RottenKey(to.RootInventory, "no inventory can be believed", IsRepaired: false)]);
        }
        if (stored is null) return null;
        using (stored) return await ReadAsync(path, to, stored.Inventory, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HeldObject> ReadAsync(string path, ObjectKeys to, Inventory inventory, CancellationToken cancellationToken)
    {
        var rotten = ImmutableArray.CreateBuilder<RottenKey>();
        var bytes = 0L;
        await foreach (var seen in held.ReadBackAsync(to.All(inventory), cancellationToken).ConfigureAwait(false))
        {
            if (seen is KeyObservation.Read { IsAsExpected: true } read) bytes += read.Digests.Bytes;
            else if (seen is KeyObservation.Unreadable unreadable) rotten.Add(new RottenKey(seen.Expected.Key, unreadable.Cause.Message, IsRepaired: false));
            else rotten.Add(new RottenKey(seen.Expected.Key, seen is KeyObservation.Missing ? "missing" : "other bytes", await RepairAsync(path, to, inventory, seen, cancellationToken).ConfigureAwait(false)));
        }
        foreach (var version in inventory.Versions[..^1])
            if (!await IsStatedAsync(to, version.Number, inventory.DigestAlgorithm, cancellationToken).ConfigureAwait(false) && !rotten.Any(r => r.Key == to.VersionInventory(version.Number)))
                rotten.Add(new RottenKey(to.VersionInventory(version.Number), "inventory and sidecar do not agree", IsRepaired: false));
        return new HeldObject(inventory.Id, bytes, [.. rotten.OrderBy(r => r.Key, StringComparer.Ordinal)]);
    }

    private async Task<bool> IsStatedAsync(ObjectKeys to, VersionNumber version, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        if (await held.Objects.HeadAsync(to.VersionSidecar(version, algorithm), cancellationToken).ConfigureAwait(false) is not { Bytes: <= Sidecar.MaxBytes }) return false;
        var sidecar = await held.Objects.TryReadAsync(to.VersionSidecar(version, algorithm), Sidecar.MaxBytes, cancellationToken).ConfigureAwait(false);
        var found = await held.Objects.TryDigestAsync(to.VersionInventory(version), algorithm, cancellationToken).ConfigureAwait(false);
        return sidecar is not null && found is not null && Sidecar.TryParse(algorithm, sidecar.Value.Bytes, out var stated) && stated == found.Value.Digest;
    }

    private async Task<bool> RepairAsync(string path, ObjectKeys to, Inventory inventory, KeyObservation bad, CancellationToken cancellationToken)
    {
        var (key, digest) = (bad.Expected.Key, bad.Expected.Digest);
        if (digest is null) return false; // an older inventory: nothing here says what it was
        if (Known(to, inventory, key) is { } known)
        {
            await using (known.ConfigureAwait(false))
            {
                await KeepAsideAsync(path, bad, cancellationToken).ConfigureAwait(false);
                await held.Objects.PutAsync(key, known, known.Length, PutCondition.Any, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (!await CopyAsync(path, to, inventory, bad, digest, cancellationToken).ConfigureAwait(false)) return false;
        return (await held.Objects.TryDigestAsync(key, digest.Algorithm, cancellationToken).ConfigureAwait(false))?.Digest == digest;
    }

    // What the inventory says word for word.
    private static Stream? Known(ObjectKeys to, Inventory inventory, string key)
    {
        if (key == to.RootInventory || key == to.VersionInventory(inventory.Head)) return inventory.Open();
        if (key == to.RootSidecar(inventory.DigestAlgorithm) || key == to.VersionSidecar(inventory.Head, inventory.DigestAlgorithm)) return new MemoryStream(inventory.SidecarBytes.ToArray(), writable: false);
        return key == to.Declaration(inventory.Specification) ? new MemoryStream(ObjectKeys.DeclarationBytes(inventory.Specification), writable: false) : null;
    }

    private async Task<bool> CopyAsync(string path, ObjectKeys to, Inventory inventory, KeyObservation bad, Digest digest, CancellationToken cancellationToken)
    {
        var content = bad.Expected.Key[(held.Prefix.Length + path.Length)..];
        var from = new ObjectKeys(source.Prefix + path).Content(content);
        try
        {
            if ((await source.Objects.TryDigestAsync(from, digest.Algorithm, cancellationToken).ConfigureAwait(false))?.Digest != digest) return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the source cannot help now
        }
        await KeepAsideAsync(path, bad, cancellationToken).ConfigureAwait(false);
        var lane = new WriteLane(new WriteAttempt(held.Objects, to, inventory, previous: null));
        try
        {
            var right = await source.Objects.OpenReadAsync(from, range: null, cancellationToken).ConfigureAwait(false);
            await ContentTee.CopyAsync(new PlannedContent(content, content, right.Description.Bytes, digest), (_, _) => Task.FromResult(right.Stream), [lane], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ContentChangedException)
        {
            return false; // it changed or went away since it was proven: what is held is as it was
        }
        if (lane.Failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return true;
    }

    private async Task KeepAsideAsync(string path, KeyObservation bad, CancellationToken cancellationToken)
    {
        if (bad is not KeyObservation.Read read) return;
        var name = read.Digests[DigestAlgorithm.Sha512].Hex[..32];
        var content = await held.Objects.OpenReadAsync(bad.Expected.Key, range: null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            await held.Objects.PutAsync($"{quarantine}{path}{name}", content.Stream, content.Description.Bytes, PutCondition.Any, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What re-reading a held object showed.</summary>
/// <param name="Id">The object; null when no inventory of it can be believed.</param>
/// <param name="Bytes">Bytes that were read and are right.</param>
/// <param name="Rotten">Keys that were not as they must be.</param>
public sealed record HeldObject(string? Id, long Bytes, ImmutableArray<RottenKey> Rotten);

/// <summary>A key of a held object that was not as it must be.</summary>
/// <param name="Key">The exact key.</param>
/// <param name="Problem">How, in English.</param>
/// <param name="IsRepaired">Its right bytes were written and read back.</param>
public sealed record RottenKey(string Key, string Problem, bool IsRepaired);
