using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>Brings one object out of an interrupted write.</summary>
internal sealed class ObjectRecovery(OcflStore store, ObjectKeys keys, string id, Limits limits)
{
    private readonly InventorySource _source = new(store.Objects, keys, id, limits);

    public async Task<Recovery> RunAsync(bool abandonsIncomplete, CancellationToken cancellationToken)
    {
        using var stored = await _source.ReadAsync(attempts: 1, cancellationToken).ConfigureAwait(false);
        var next = stored?.Inventory.Head.Next() ?? VersionNumber.First;
        var (isThere, claimed) = await _source.ReadAsync(keys.VersionInventory(next), cancellationToken).ConfigureAwait(false);
        if (!isThere)
        {
            // On a file system a writer that was killed before its claim leaves folders, and deleting takes the empty ones along.
            if (abandonsIncomplete) await store.Objects.DeleteAsync(keys.VersionInventory(next), cancellationToken).ConfigureAwait(false);
            return await MendAsync(stored, cancellationToken).ConfigureAwait(false);
        }
        using (claimed)
        {
            if (claimed is null || claimed.Head != next) throw new InventoryDamagedException(id);
            var faulty = await FaultyContentsAsync(claimed, cancellationToken).ConfigureAwait(false);
            if (faulty.Length == 0)
            {
                var attempt = new WriteAttempt(store.Objects, keys, claimed, stored?.Inventory.BytesDigest);
                if (await attempt.ReadRootAsync(cancellationToken).ConfigureAwait(false)) await attempt.CommitAsync(cancellationToken).ConfigureAwait(false);
                return new Recovery(RecoveryOutcome.RolledForward, []);
            }
            return abandonsIncomplete
                ? await AbandonAsync(claimed, cancellationToken).ConfigureAwait(false)
                : new Recovery(RecoveryOutcome.Incomplete, faulty);
        }
    }

    private async Task<Recovery> MendAsync(StoredInventory? stored, CancellationToken cancellationToken)
    {
        if (stored is null || stored.IsRootSound) return new Recovery(RecoveryOutcome.Nothing, []);
        var root = await store.Objects.TryDigestAsync(keys.RootInventory, DigestAlgorithm.Sha512, cancellationToken).ConfigureAwait(false);
        if (root?.Digest != stored.Inventory.BytesDigest) throw new InventoryDamagedException(id);
        await new WriteAttempt(store.Objects, keys, stored.Inventory, previous: null).ReadRootAsync(cancellationToken).ConfigureAwait(false);
        return new Recovery(RecoveryOutcome.Mended, []);
    }

    // Nothing short of reading them shows that the contents are there: a crash may have come at any byte.
    private async Task<ImmutableArray<string>> FaultyContentsAsync(Inventory claimed, CancellationToken cancellationToken)
    {
        var faulty = new List<string>();
        await foreach (var seen in store.ReadBackAsync(keys.ContentsOf(claimed, claimed.Head), cancellationToken).ConfigureAwait(false))
        {
            if (seen is KeyObservation.Unreadable unreadable) throw new StoreUnavailableException($"{unreadable.Expected.Key} could not be read", unreadable.Cause);
            if (seen is not KeyObservation.Read { IsAsExpected: true }) faulty.Add(seen.Expected.Key);
        }
        return [.. faulty.Order(StringComparer.Ordinal)];
    }

    // The claim goes last: while it stands nobody else writes this version.
    private async Task<Recovery> AbandonAsync(Inventory claimed, CancellationToken cancellationToken)
    {
        var version = claimed.Head;
        List<string> written = [.. keys.ContentsOf(claimed, version).Select(k => k.Key), keys.VersionSidecar(version, claimed.DigestAlgorithm)];
        if (version.Number == 1) written.Add(keys.Declaration(claimed.Specification));
        written.Add(keys.VersionInventory(version));
        foreach (var key in written) await store.Objects.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        return new Recovery(RecoveryOutcome.Abandoned, [.. written]);
    }
}
