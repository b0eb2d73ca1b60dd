namespace Preservation.Catalogue.Model;

/// <summary>Where a batch stands.</summary>
public enum EvidenceState
{
    /// <summary>Root and nonce are kept, no answer yet.</summary>
    Asking,

    /// <summary>The token is kept, not yet on every store.</summary>
    Stamped,

    /// <summary>Leaves and token are on every store.</summary>
    Stored,
}
