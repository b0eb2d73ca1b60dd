namespace Preservation.Catalogue.Model;

/// <summary>A key on which store and catalogue do not agree.</summary>
public sealed class ReconciliationFind
{
    /// <summary>The store.</summary>
    public required string Store { get; set; }

    /// <summary>The key.</summary>
    public required string Key { get; set; }

    /// <summary>What does not fit.</summary>
    public required FindKind Kind { get; set; }

    /// <summary>The run that saw it last.</summary>
    public required Guid RunId { get; set; }

    /// <summary>The object the catalogue has there; null for what it does not know.</summary>
    public Guid? PackageId { get; set; }

    /// <summary>Where the key's object lies.</summary>
    public required string ObjectPrefix { get; set; }

    /// <summary>Length the catalogue has.</summary>
    public long? ExpectedBytes { get; set; }

    /// <summary>Length the store told.</summary>
    public long? FoundBytes { get; set; }

    /// <summary>What the store changes with every write: what was written in between was not seen twice.</summary>
    public string? Etag { get; set; }

    /// <summary>When it was seen first.</summary>
    public required DateTimeOffset FirstSeenAt { get; set; }

    /// <summary>When it was seen last.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it was no longer so.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>How it ended.</summary>
    public string? Outcome { get; set; }
}
