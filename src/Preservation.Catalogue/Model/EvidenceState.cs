namespace Preservation.Catalogue.Model;

/// <summary>Where a batch stands.</summary>
public enum EvidenceState
{
    /// <summary>Root and nonces are kept, no token is proven yet.</summary>
    Asking,

    /// <summary>A token is proven, not yet on every store.</summary>
    Stamped,

    /// <summary>Leaves and every token are on every store.</summary>
    Stored,
}
