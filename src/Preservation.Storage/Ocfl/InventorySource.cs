using Preservation.Core;
using Preservation.Ocfl;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>Finds the newest inventory of an object that can be believed, also between the two writes of a commit.</summary>
/// <param name="store">The store.</param>
/// <param name="keys">Keys of the object.</param>
/// <param name="name">What the object is called in messages.</param>
/// <param name="isWanted">Is this the identifier of the object that lies there?</param>
/// <param name="limits">Bounds on inventories.</param>
internal sealed class InventorySource(IObjectStore store, ObjectKeys keys, string name, Func<string, bool> isWanted, Limits limits)
{
    public InventorySource(IObjectStore store, ObjectKeys keys, string id, Limits limits) : this(store, keys, id, found => found == id, limits)
    {
    }

    /// <summary>The inventory is the caller's to close.</summary>
    public async Task<StoredInventory?> ReadAsync(int attempts, CancellationToken cancellationToken)
    {
        Inventory? root = null;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            root?.Dispose();
            (var isThere, root) = await ReadAsync(keys.RootInventory, cancellationToken).ConfigureAwait(false);
            if (!isThere) return attempt == 0 ? null : throw new InventoryDamagedException(name);
            if (root is not null && await IsStatedAsync(root, keys.RootSidecar(root.DigestAlgorithm), cancellationToken).ConfigureAwait(false))
                return new StoredInventory(root, IsRootSound: true);
        }
        if (root is not null && await IsCommittedAsync(root, cancellationToken).ConfigureAwait(false)) return new StoredInventory(root, IsRootSound: false);
        root?.Dispose();
        return await FromVersionsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Is there such an object, and is it an inventory of this package that breaks no rule?</summary>
    /// <exception cref="InvalidDataException">It is larger than the limit.</exception>
    public async Task<(bool IsThere, Inventory? Inventory)> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(key, range: null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                if (content.Description.Bytes > limits.MaxMetadataBytes) throw new InvalidDataException($"{key} is larger than {limits.MaxMetadataBytes} bytes");
                var reading = await InventoryReader.ReadAsync(content.Stream, OcflVersion.V11, limits, cancellationToken).ConfigureAwait(false);
                if (reading.Inventory is { } found && isWanted(found.Id)) return (true, reading.Inventory);
                reading.Inventory?.Dispose();
                return (true, null);
            }
        }
        catch (ObjectNotFoundException)
        {
            return (false, null);
        }
    }

    // The crash between commit and sidecar: the root inventory is newer than its sidecar and equal to the version's own.
    private async Task<bool> IsCommittedAsync(Inventory root, CancellationToken cancellationToken) =>
        (await store.TryDigestAsync(keys.VersionInventory(root.Head), root.DigestAlgorithm, cancellationToken).ConfigureAwait(false))?.Digest == root.BytesDigest;

    // The root inventory is damaged: its sidecar still says which version's inventory it was.
    private async Task<StoredInventory?> FromVersionsAsync(CancellationToken cancellationToken)
    {
        for (var version = VersionNumber.First; ; version = version.Next())
        {
            var (isThere, inventory) = await ReadAsync(keys.VersionInventory(version), cancellationToken).ConfigureAwait(false);
            if (!isThere) throw new InventoryDamagedException(name);
            if (inventory is not null && await IsStatedAsync(inventory, keys.RootSidecar(inventory.DigestAlgorithm), cancellationToken).ConfigureAwait(false))
                return new StoredInventory(inventory, IsRootSound: false);
            inventory?.Dispose();
        }
    }

    private async Task<bool> IsStatedAsync(Inventory inventory, string sidecarKey, CancellationToken cancellationToken)
    {
        var sidecar = await store.TryReadAsync(sidecarKey, Sidecar.MaxBytes, cancellationToken).ConfigureAwait(false);
        return sidecar is not null && Sidecar.TryParse(inventory.DigestAlgorithm, sidecar.Value.Bytes, out var stated) && stated == inventory.BytesDigest;
    }
}
