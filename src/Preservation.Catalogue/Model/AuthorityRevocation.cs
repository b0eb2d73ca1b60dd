namespace Preservation.Catalogue.Model;

/// <summary>A revocation of a certificate above tokens: found in a list or an answer, or announced by one person and confirmed by another.</summary>
public sealed class AuthorityRevocation
{
    public required Guid Id { get; set; }

    /// <summary>SHA-256 of the certificate.</summary>
    public required byte[] Certificate { get; set; }

    public required DateTimeOffset RevokedAt { get; set; }

    /// <summary>The key may be in foreign hands, or no reason was given.</summary>
    public required bool Compromise { get; set; }

    public required string Reason { get; set; }

    /// <summary>The list or answer that says so; null when people do.</summary>
    public string? Source { get; set; }

    public Guid? AnnouncedBy { get; set; }

    /// <summary>When it was announced or found.</summary>
    public required DateTimeOffset AnnouncedAt { get; set; }

    public Guid? ConfirmedBy { get; set; }

    /// <summary>From when on it counts; null before another person confirmed it.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}
