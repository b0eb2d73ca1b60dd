namespace Preservation.Catalogue.Model;

/// <summary>What a principal may do, where, from when until when, and on what legal basis.</summary>
public sealed class RoleGrant
{
    public required Guid Id { get; set; }
    public required Guid PrincipalId { get; set; }
    public required Role Role { get; set; }
    public required GrantScope Scope { get; set; }
    public Guid? AgencyId { get; set; }
    public Guid? FondsId { get; set; }
    public Guid? PackageId { get; set; }
    public required DateTimeOffset ValidFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }
    public required string Basis { get; set; }
    public Guid? GrantedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
