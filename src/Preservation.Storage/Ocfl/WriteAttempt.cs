using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// Writes one version to one store: claim, contents, sidecar, declaration, then the root inventory under a condition, which
/// is the commit. The claim (the version's own inventory, only if absent) comes before the contents, so that no second
/// writer of the same version can touch them. Each step can be repeated after a crash with the same result.
/// </summary>
internal sealed class WriteAttempt(IObjectStore store, ObjectKeys keys, Inventory inventory, Digest? previous)
{
    private const int SidecarAttempts = 8;
    private StoredObject? _root;

    /// <summary>Claims the version; false when it is committed already.</summary>
    /// <exception cref="VersionConflictException">Another writer has the version, or the plan is out of date.</exception>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (!await ReadRootAsync(cancellationToken).ConfigureAwait(false)) return false;
        await ClaimAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task PutContentAsync(PlannedContent content, Stream stream, CancellationToken cancellationToken) =>
        store.PutAsync(keys.Content(content.ContentPath), stream, content.Bytes, PutCondition.Any, cancellationToken);

    /// <summary>Makes the version the head.</summary>
    /// <exception cref="VersionConflictException">Another writer was first.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await store.PutBytesAsync(keys.VersionSidecar(inventory.Head, inventory.DigestAlgorithm), inventory.SidecarBytes, PutCondition.Any, cancellationToken).ConfigureAwait(false);
        if (inventory.Head.Number == 1)
            await store.PutBytesAsync(keys.Declaration(inventory.Specification), ObjectKeys.DeclarationBytes(inventory.Specification), PutCondition.Any, cancellationToken).ConfigureAwait(false);
        await CommitRootAsync(cancellationToken).ConfigureAwait(false);
        await MendSidecarAsync(inventory.BytesDigest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the root inventory; false when it already is the one of this attempt.</summary>
    public async Task<bool> ReadRootAsync(CancellationToken cancellationToken)
    {
        var found = await store.TryDigestAsync(keys.RootInventory, inventory.DigestAlgorithm, cancellationToken).ConfigureAwait(false);
        var digest = found?.Digest;
        _root = found?.Description;
        if (digest is not null && digest == inventory.BytesDigest)
        {
            await MendSidecarAsync(digest, cancellationToken).ConfigureAwait(false);
            return false;
        }
        if (digest != previous) throw new VersionConflictException(inventory.Id, "the plan does not build on the newest inventory of this store");
        if (digest is not null) await MendSidecarAsync(digest, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        var key = keys.VersionInventory(inventory.Head);
        try
        {
            await PutInventoryAsync(key, PutCondition.OnlyIfAbsent, cancellationToken).ConfigureAwait(false);
        }
        catch (PreconditionFailedException)
        {
            var claimed = await store.TryDigestAsync(key, inventory.DigestAlgorithm, cancellationToken).ConfigureAwait(false);
            if (claimed?.Digest != inventory.BytesDigest)
                throw new VersionConflictException(inventory.Id, $"{inventory.Head.Name} is claimed by another writer");
        }
    }

    private async Task CommitRootAsync(CancellationToken cancellationToken)
    {
        var condition = _root is null ? PutCondition.OnlyIfAbsent : PutCondition.OnlyIfUnchanged(_root.ETag);
        try
        {
            _root = await PutInventoryAsync(keys.RootInventory, condition, cancellationToken).ConfigureAwait(false);
        }
        catch (PreconditionFailedException)
        {
            // Our own put may have taken effect although its answer was lost.
            var found = await store.TryDigestAsync(keys.RootInventory, inventory.DigestAlgorithm, cancellationToken).ConfigureAwait(false);
            if (found is null || found.Value.Digest != inventory.BytesDigest)
                throw new VersionConflictException(inventory.Id, "another writer committed first");
            _root = found.Value.Description;
        }
    }

    private async Task<StoredObject> PutInventoryAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        var bytes = inventory.Open();
        await using (bytes.ConfigureAwait(false)) return await store.PutAsync(key, bytes, inventory.BytesLength, condition, cancellationToken).ConfigureAwait(false);
    }

    // Written only over the sidecar that was seen, and only while the root is still ours: a slower writer must not
    // overwrite the sidecar of a newer version.
    private async Task MendSidecarAsync(Digest digest, CancellationToken cancellationToken)
    {
        var key = keys.RootSidecar(digest.Algorithm);
        var wanted = Sidecar.ToBytes(digest);
        for (var attempt = 0; attempt < SidecarAttempts; attempt++)
        {
            var found = await store.TryReadAsync(key, Sidecar.MaxBytes, cancellationToken).ConfigureAwait(false);
            if (found is not null && found.Value.Bytes.AsSpan().SequenceEqual(wanted)) return;
            var root = await store.HeadAsync(keys.RootInventory, cancellationToken).ConfigureAwait(false);
            if (root is null || root.ETag != _root!.ETag) return;
            var condition = found is null ? PutCondition.OnlyIfAbsent : PutCondition.OnlyIfUnchanged(found.Value.Description.ETag);
            try
            {
                await store.PutBytesAsync(key, wanted, condition, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PreconditionFailedException)
            {
                // somebody else mended it: look again
            }
        }
        throw new StoreUnavailableException($"{key} keeps changing");
    }
}
