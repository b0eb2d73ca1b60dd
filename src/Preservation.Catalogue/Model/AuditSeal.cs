namespace Preservation.Catalogue.Model;

/// <summary>The place of an entry in the sealed log.</summary>
public sealed class AuditSeal
{
    public required long EntryId { get; init; }
    public required long Sequence { get; init; }
    public required long Batch { get; init; }
    public required byte[] LeafHash { get; init; }
}
