namespace Preservation.Catalogue.Model;

/// <summary>One hash tree, which one or several authorities time-stamp.</summary>
public sealed class EvidenceBatch
{
    public required Guid Id { get; set; }
    public required EvidenceState State { get; set; }

    /// <summary>What its leaves are.</summary>
    public required BatchKind Kind { get; set; }

    public required string Algorithm { get; set; }
    public required int Leaves { get; set; }

    /// <summary>Objects that stand under it, through trees over tokens too.</summary>
    public required long Objects { get; set; }

    /// <summary>Bytes of their contents, as far as the catalogue has their lengths: files, receipts, validation material.</summary>
    public required long Bytes { get; set; }

    public required byte[] Root { get; set; }

    /// <summary>Number of tokens, from as many independent authorities.</summary>
    public required int Slots { get; set; }

    /// <summary>The first token that was proven, which is stored with the leaves; null before.</summary>
    public Guid? LeadToken { get; set; }

    /// <summary>Time of the first token that was proven; null before.</summary>
    public DateTimeOffset? TokenTime { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public string? LastProblem { get; set; }
}
