namespace Preservation.Catalogue.Model;

/// <summary>A PREMIS event.</summary>
public sealed class PremisEvent
{
    public required Guid Id { get; init; }
    public required string Type { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Outcome { get; init; }
    public string? Detail { get; init; }
    public Guid? AgencyId { get; init; }
    public Guid? PackageId { get; init; }
    public Guid? SubmissionId { get; init; }
    public Guid? PrincipalId { get; init; }
    public required string Agent { get; init; }
}
