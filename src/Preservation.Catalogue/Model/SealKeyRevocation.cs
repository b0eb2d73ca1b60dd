namespace Preservation.Catalogue.Model;

/// <summary>A key that seals is revoked: one person says so, another confirms it.</summary>
public sealed class SealKeyRevocation
{
    public required Guid Id { get; set; }

    /// <summary>The key.</summary>
    public required string KeyId { get; set; }

    public required DateTimeOffset RevokedAt { get; set; }

    /// <summary>The key may be in foreign hands: a seal alone proves nothing any more.</summary>
    public required bool Compromise { get; set; }

    public required string Reason { get; set; }
    public required Guid AnnouncedBy { get; set; }
    public required DateTimeOffset AnnouncedAt { get; set; }
    public Guid? ConfirmedBy { get; set; }

    /// <summary>From when on it counts; null before another person confirmed it.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}
