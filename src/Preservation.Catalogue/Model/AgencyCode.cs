namespace Preservation.Catalogue.Model;

/// <summary>A code an agency bears or bore; unique for ever.</summary>
public sealed class AgencyCode
{
    public required Guid Id { get; set; }
    public required Guid AgencyId { get; set; }
    public required string Code { get; set; }
    public required DateOnly ValidFrom { get; set; }
    public DateOnly? ValidUntil { get; set; }
}
