namespace Preservation.Catalogue.Model;

/// <summary>Verdicts of a package being made again.</summary>
public sealed class VerdictMaking
{
    /// <summary>Also the identifier of the object that keeps their reports.</summary>
    public required Guid Id { get; init; }

    public required Guid PackageId { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>What is to be written and recorded; null once it is.</summary>
    public string? Plan { get; set; }

    /// <summary>SHA-512 of the object's inventory; null when there was nothing to store.</summary>
    public byte[]? InventorySha512 { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }
    public string? Problem { get; set; }
    public DateTimeOffset? RecordedAt { get; set; }
}
