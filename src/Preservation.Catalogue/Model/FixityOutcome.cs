namespace Preservation.Catalogue.Model;

/// <summary>What re-reading a key showed; the five are never mixed up.</summary>
public enum FixityOutcome
{
    /// <summary>The bytes are as recorded.</summary>
    Ok,

    /// <summary>Bytes were read and differ.</summary>
    Mismatch,

    /// <summary>The store says there is no such key.</summary>
    Missing,

    /// <summary>The store failed; nothing is known.</summary>
    Unreadable,

    /// <summary>Nobody has looked yet: the copy is awaited.</summary>
    Awaited,
}
