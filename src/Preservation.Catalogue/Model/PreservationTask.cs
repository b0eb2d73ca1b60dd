namespace Preservation.Catalogue.Model;

/// <summary>Something a person must decide or look into.</summary>
public sealed class PreservationTask
{
    public required Guid Id { get; set; }
    public required string Kind { get; set; }
    public required TaskState State { get; set; }
    public Guid? AgencyId { get; set; }
    public Guid? SubmissionId { get; set; }
    public Guid? PackageId { get; set; }
    public required Role Role { get; set; }
    public Guid? AssigneeId { get; set; }
    public required string Subject { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public string? Decision { get; set; }
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
}
