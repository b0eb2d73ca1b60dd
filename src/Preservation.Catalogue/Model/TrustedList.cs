namespace Preservation.Catalogue.Model;

/// <summary>How a trusted list that came from a source was judged.</summary>
public sealed class TrustedList
{
    /// <summary>Address, or the drop folder's file.</summary>
    public required string Source { get; set; }

    public required Guid MaterialId { get; set; }

    /// <summary>Territory, type and operator; null when the list cannot be read.</summary>
    public string? Scheme { get; set; }

    public long? SequenceNumber { get; set; }
    public DateTimeOffset? NextUpdate { get; set; }
    public required DateTimeOffset JudgedAt { get; set; }

    /// <summary>When it was first found to hold; null when it never was.</summary>
    public DateTimeOffset? UsedSince { get; set; }

    /// <summary>Why it was refused the last time; null when it was not.</summary>
    public string? Problem { get; set; }
}
