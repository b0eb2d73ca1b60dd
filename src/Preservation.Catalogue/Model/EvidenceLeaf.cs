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
}
