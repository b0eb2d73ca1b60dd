using Preservation.Ocfl.Inventories;

namespace Preservation.Storage.Ocfl;

/// <summary>An object's newest inventory as a store holds it.</summary>
/// <param name="Inventory">The inventory.</param>
/// <param name="IsRootSound">False when the copy in the object's root or its sidecar is not as it must be, and the version's own copy was taken.</param>
public sealed record StoredInventory(Inventory Inventory, bool IsRootSound) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Inventory.Dispose();
}
