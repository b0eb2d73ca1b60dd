namespace Preservation.Catalogue.Model;

/// <summary>A set of trust anchors that was in force at some time.</summary>
public sealed class TrustAnchorSet
{
    /// <summary>What verdicts pin; empty for no trust at all.</summary>
    public required string Sha256 { get; set; }

    /// <summary>The set as JSON, to the byte.</summary>
    public required byte[] Content { get; set; }

    /// <summary>Rises each time a set comes into force; the highest is in force.</summary>
    public required long Ordinal { get; set; }

    public required DateTimeOffset KnownSince { get; set; }
    public required DateTimeOffset InForceSince { get; set; }
}
