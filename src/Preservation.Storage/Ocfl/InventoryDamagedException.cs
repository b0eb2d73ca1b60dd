namespace Preservation.Storage.Ocfl;

/// <summary>No inventory of the object agrees with its sidecar: this copy must be repaired from another.</summary>
public sealed class InventoryDamagedException(string id) : Exception($"no inventory of {id} agrees with its sidecar")
{
    /// <summary>The object's identifier.</summary>
    public string Id { get; } = id;
}
