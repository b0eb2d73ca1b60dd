namespace Preservation.Signatures.Reports;

/// <summary>What was done to a document after a signature was made; written in upper snake case.</summary>
public enum LaterChanges
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Only what a signed document allows: validation material, further signatures, form filling within its permissions.</summary>
    Allowed,

    /// <summary>Something else: what a reader sees may not be what was signed.</summary>
    Suspicious,

    /// <summary>It cannot be said.</summary>
    Unknown,
}
