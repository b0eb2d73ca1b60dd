namespace Preservation.Catalogue.Model;

/// <summary>Where a grant holds.</summary>
public enum GrantScope
{
    /// <summary>The whole archive.</summary>
    Everything,

    /// <summary>Packages produced by or in custody of an agency.</summary>
    Agency,

    /// <summary>One fonds.</summary>
    Fonds,

    /// <summary>One package.</summary>
    Case,
}
