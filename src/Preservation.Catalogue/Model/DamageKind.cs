namespace Preservation.Catalogue.Model;

/// <summary>What is done to a canary.</summary>
public enum DamageKind
{
    /// <summary>One bit is turned.</summary>
    Flip,

    /// <summary>The last byte is cut off.</summary>
    Truncate,

    /// <summary>The key is deleted.</summary>
    Delete,
}
