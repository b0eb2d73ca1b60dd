namespace Preservation.Catalogue.Model;

/// <summary>What a stored key is within its OCFL object.</summary>
public enum CopyRole
{
    /// <summary>A content file.</summary>
    Content,

    /// <summary>An inventory.</summary>
    Inventory,

    /// <summary>The digest beside an inventory.</summary>
    Sidecar,

    /// <summary>The object's NAMASTE file.</summary>
    Declaration,
}
