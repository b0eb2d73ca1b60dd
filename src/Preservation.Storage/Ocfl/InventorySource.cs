using Preservation.Core;
using Preservation.Ocfl;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>Finds the newest inventory of an object that can be believed, also between the two writes of a commit.</summary>
internal sealed class InventorySource(IObjectStore store, ObjectKeys keys, string id, Limits limits)
{
    public async Task<StoredInventory?> ReadAsync(int attempts, CancellationToken cancellationToken)
    {
        Inventory? root = null;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var bytes = await ReadBytesAsync(keys.RootInventory, cancellationToken).ConfigureAwait(false);
            if (bytes is null) return attempt == 0 ? null : throw new InventoryDamagedException(id);
            root = await ParseAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (root is not null && await IsStatedAsync(root, keys.RootSidecar(root.DigestAlgorithm), cancellationToken).ConfigureAwait(false))
                return new StoredInventory(root, IsRootSound: true);
        }
        return root is not null && await IsCommittedAsync(root, cancellationToken).ConfigureAwait(false)
            ? new StoredInventory(root, IsRootSound: false)
            : await FromVersionsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An inventory out of bytes; null when a rule is broken or it is another object's.</summary>
    public async Task<Inventory?> ParseAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        var reading = await InventoryReader.ReadAsync(stream, OcflVersion.V11, limits, cancellationToken).ConfigureAwait(false);
        return reading.Inventory?.Id == id ? reading.Inventory : null;
    }

    public async Task<byte[]?> ReadBytesAsync(string key, CancellationToken cancellationToken) =>
        (await store.TryReadAsync(key, limits.MaxMetadataBytes, cancellationToken).ConfigureAwait(false))?.Bytes;

    // The crash between commit and sidecar: the root inventory is newer than its sidecar and equal to the version's own.
    private async Task<bool> IsCommittedAsync(Inventory root, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(keys.VersionInventory(root.Head), cancellationToken).ConfigureAwait(false);
        return bytes is not null && root.DigestAlgorithm.Compute(bytes) == root.BytesDigest;
    }

    // The root inventory is damaged: its sidecar still says which version's inventory it was.
    private async Task<StoredInventory?> FromVersionsAsync(CancellationToken cancellationToken)
    {
        for (var version = VersionNumber.First; ; version = version.Next())
        {
            var bytes = await ReadBytesAsync(keys.VersionInventory(version), cancellationToken).ConfigureAwait(false);
            if (bytes is null) throw new InventoryDamagedException(id);
            if (await ParseAsync(bytes, cancellationToken).ConfigureAwait(false) is { } inventory
                && await IsStatedAsync(inventory, keys.RootSidecar(inventory.DigestAlgorithm), cancellationToken).ConfigureAwait(false))
                return new StoredInventory(inventory, IsRootSound: false);
        }
    }

    private async Task<bool> IsStatedAsync(Inventory inventory, string sidecarKey, CancellationToken cancellationToken)
    {
        var sidecar = await store.TryReadAsync(sidecarKey, Sidecar.MaxBytes, cancellationToken).ConfigureAwait(false);
        return sidecar is not null && Sidecar.TryParse(inventory.DigestAlgorithm, sidecar.Value.Bytes, out var stated) && stated == inventory.BytesDigest;
    }
}
