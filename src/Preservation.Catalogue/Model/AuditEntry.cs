namespace Preservation.Catalogue.Model;

/// <summary>The public skeleton of one audit log entry.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public Guid? PrincipalId { get; init; }
    public Guid? AgencyId { get; init; }
    public required string Action { get; init; }
    public required string SubjectKind { get; init; }
    public required string SubjectId { get; init; }
    public required byte[] DetailDigest { get; init; }
}
