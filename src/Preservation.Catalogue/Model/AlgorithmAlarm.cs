namespace Preservation.Catalogue.Model;

/// <summary>An algorithm is broken as of a time: one person says so, another confirms it.</summary>
public sealed class AlgorithmAlarm
{
    public required Guid Id { get; set; }

    /// <summary>As the catalogue of algorithms names it: <c>SHA-256</c>, <c>RSA</c>.</summary>
    public required string Algorithm { get; set; }

    /// <summary>Keys shorter than this; null for every key, and for a digest.</summary>
    public int? BelowBits { get; set; }

    public required DateTimeOffset BrokenAt { get; set; }
    public required string Reason { get; set; }
    public required Guid AnnouncedBy { get; set; }
    public required DateTimeOffset AnnouncedAt { get; set; }
    public Guid? ConfirmedBy { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }
}
