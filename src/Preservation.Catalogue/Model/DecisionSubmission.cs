namespace Preservation.Catalogue.Model;

/// <summary>A submission that a decision names, and what became of it.</summary>
public sealed class DecisionSubmission
{
    public required Guid DecisionId { get; init; }
    public required Guid SubmissionId { get; init; }
    public required DecisionEffect Effect { get; init; }

    /// <summary>Where the submission stood after the decision.</summary>
    public required SubmissionState State { get; init; }
}
