namespace Preservation.Catalogue.Model;

/// <summary>All objects of one store go onto another, each proven there.</summary>
public sealed class StoreMigration
{
    public required Guid Id { get; set; }
    public required string FromStore { get; set; }
    public required string ToStore { get; set; }
    public required Guid RequestedBy { get; set; }
    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>Objects up to this one have rows on the new store.</summary>
    public Guid? LastPackage { get; set; }

    public DateTimeOffset? EnteredAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
