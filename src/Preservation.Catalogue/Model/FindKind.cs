namespace Preservation.Catalogue.Model;

/// <summary>What does not fit between a store and the catalogue.</summary>
public enum FindKind
{
    /// <summary>The catalogue has the key, the store has not.</summary>
    Missing,

    /// <summary>Both have it, in different lengths.</summary>
    Size,

    /// <summary>The store has it, the catalogue knows nothing of it.</summary>
    Unknown,
}
