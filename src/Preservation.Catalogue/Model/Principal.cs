namespace Preservation.Catalogue.Model;

/// <summary>A person or system that acts.</summary>
public sealed class Principal
{
    public required Guid Id { get; set; }
    public required PrincipalKind Kind { get; set; }
    public required string Name { get; set; }
    public string? Position { get; set; }
    public Guid? AgencyId { get; set; }
    public required DateTimeOffset ValidFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
