namespace Preservation.Catalogue.Model;

/// <summary>A package that an order of destruction names, as it was when it was ordered.</summary>
public sealed class DestructionOrderPackage
{
    public required Guid OrderId { get; init; }
    public required Guid PackageId { get; init; }

    /// <summary>The newest version.</summary>
    public required int Version { get; init; }

    /// <summary>Digest of that version's inventory.</summary>
    public required byte[] InventorySha512 { get; init; }
}
