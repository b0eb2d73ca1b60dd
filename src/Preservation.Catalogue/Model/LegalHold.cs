namespace Preservation.Catalogue.Model;

/// <summary>Why nothing of a package may be destroyed, whatever its retention says. One person places it, another lifts it.</summary>
public sealed class LegalHold
{
    public required Guid Id { get; set; }
    public required Guid PackageId { get; set; }
    public required string Reason { get; set; }
    public required Guid PlacedBy { get; set; }
    public required DateTimeOffset PlacedAt { get; set; }
    public Guid? ReleasedBy { get; set; }
    public DateTimeOffset? ReleasedAt { get; set; }
    public string? ReleaseReason { get; set; }
}
