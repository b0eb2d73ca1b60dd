namespace Preservation.Catalogue.Model;

/// <summary>An agency or archive. Codes change with mergers, so they live apart with dates.</summary>
public sealed class Agency
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required AgencyKind Kind { get; init; }
    public string? Contact { get; init; }
    public Guid? ParentId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
