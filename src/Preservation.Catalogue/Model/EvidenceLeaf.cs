namespace Preservation.Catalogue.Model;

/// <summary>One digest covered by a batch.</summary>
public sealed class EvidenceLeaf
{
    public required Guid BatchId { get; init; }
    public required int Ordinal { get; init; }
    public required LeafKind Kind { get; init; }
    public required byte[] Digest { get; init; }
    public Guid? PackageId { get; init; }
    public required string Subject { get; init; }

    /// <summary>Hash-tree renewal: the content's digest by the new function.</summary>
    public byte[]? ContentDigest { get; init; }

    /// <summary>Hash-tree renewal: the digest of the chains so far by the new function.</summary>
    public byte[]? SequenceDigest { get; init; }

    /// <summary>Hash-tree renewal: the token that ended the chain before.</summary>
    public Guid? PriorToken { get; init; }

    /// <summary>Hash-tree renewal: the tokens of the chain before, in order; null where an older version of this program made it.</summary>
    public Guid[]? PriorTokens { get; init; }

    /// <summary>Hash-tree renewal: the batch of the leaf that began the chain before.</summary>
    public Guid? OfBatch { get; init; }

    /// <summary>Hash-tree renewal: that leaf's place.</summary>
    public int? OfOrdinal { get; init; }
}
