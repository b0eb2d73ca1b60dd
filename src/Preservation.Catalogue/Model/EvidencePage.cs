namespace Preservation.Catalogue.Model;

/// <summary>Up to 256 nodes of one row of a batch's tree.</summary>
public sealed class EvidencePage
{
    public required Guid BatchId { get; init; }

    /// <summary>Rows above the leaves: 8, 16, …</summary>
    public required int Height { get; init; }

    public required int Page { get; init; }
    public required byte[] Nodes { get; init; }
}
