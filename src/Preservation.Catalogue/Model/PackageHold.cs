namespace Preservation.Catalogue.Model;

/// <summary>A legal hold on a package.</summary>
public sealed class PackageHold
{
    public required Guid Id { get; set; }
    public required Guid PackageId { get; set; }
    public required string Reason { get; set; }
    public required Guid PlacedBy { get; set; }
    public required DateTimeOffset PlacedAt { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
}
