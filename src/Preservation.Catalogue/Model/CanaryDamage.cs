namespace Preservation.Catalogue.Model;

/// <summary>One damage of a round. The row is entered when its time has come: before, only the seed knows of it.</summary>
public sealed class CanaryDamage
{
    public required Guid CycleId { get; set; }
    public required string Store { get; set; }
    public required int Ordinal { get; set; }
    public required Guid PackageId { get; set; }
    public required string Key { get; set; }
    public required DamageKind Kind { get; set; }

    /// <summary>The time the seed gives.</summary>
    public required DateTimeOffset DrawnAt { get; set; }

    /// <summary>When the store had the damaged bytes.</summary>
    public DateTimeOffset? DamagedAt { get; set; }

    /// <summary>What the damaged bytes are; null for a deletion.</summary>
    public byte[]? DamagedSha512 { get; set; }

    public DateTimeOffset? DetectedAt { get; set; }

    /// <summary>When the repaired key was read back by the one who damaged it.</summary>
    public DateTimeOffset? RepairedAt { get; set; }
}
