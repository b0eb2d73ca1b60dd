namespace Preservation.Catalogue.Model;

/// <summary>Wrong keys from one address, or wrong secrets for one key.</summary>
public sealed class ProofFailure
{
    /// <summary><c>Address</c> or <c>Key</c>.</summary>
    public required string Kind { get; set; }

    public required string Subject { get; set; }
    public required int Failures { get; set; }
    public required DateTimeOffset LastAt { get; set; }

    /// <summary>Until then no key is looked at.</summary>
    public DateTimeOffset? BlockedUntil { get; set; }
}
