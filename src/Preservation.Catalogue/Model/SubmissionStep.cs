namespace Preservation.Catalogue.Model;

/// <summary>What one step of the ingest found in its last attempt.</summary>
public sealed class SubmissionStep
{
    public required Guid SubmissionId { get; set; }
    public required string Name { get; set; }
    public required int Ordinal { get; set; }
    public required StepOutcomeKind Outcome { get; set; }
    public required int Attempt { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public required string Detail { get; set; }
}
