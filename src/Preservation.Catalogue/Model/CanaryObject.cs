namespace Preservation.Catalogue.Model;

/// <summary>A sacrificial object: it lies on every store, and is damaged on one of them alone.</summary>
public sealed class CanaryObject
{
    public required Guid PackageId { get; set; }
    public required string Store { get; set; }
    public required int Ordinal { get; set; }
    public required DateTimeOffset MadeAt { get; set; }
}
