namespace Preservation.Catalogue.Model;

/// <summary>A person or system that acts.</summary>
public sealed class Principal
{
    public required Guid Id { get; set; }
    public required PrincipalKind Kind { get; set; }
    public required string Name { get; set; }
    public string? Position { get; set; }
    public Guid? AgencyId { get; set; }

    /// <summary>What the archive knows a person by: nobody is entered twice.</summary>
    public string? StaffNumber { get; set; }

    /// <summary>The person who is answerable for a system, and as whom it counts where two persons are asked for.</summary>
    public Guid? ResponsibleId { get; set; }

    public required DateTimeOffset ValidFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }
    public string? DisabledReason { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
