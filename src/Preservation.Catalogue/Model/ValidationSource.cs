namespace Preservation.Catalogue.Model;

/// <summary>An address of revocation lists or of a trusted list.</summary>
public sealed class ValidationSource
{
    public required string Url { get; set; }

    /// <summary><c>CRL</c> or <c>TRUST_LIST</c>.</summary>
    public required string Kind { get; set; }

    public required DateTimeOffset KnownSince { get; set; }
    public DateTimeOffset? TriedAt { get; set; }
    public string? Problem { get; set; }
}
