namespace Preservation.Catalogue.Model;

/// <summary>An address of revocation lists.</summary>
public sealed class ValidationSource
{
    public required string Url { get; set; }
    public required DateTimeOffset KnownSince { get; set; }
    public DateTimeOffset? TriedAt { get; set; }
    public string? Problem { get; set; }
}
