namespace Preservation.Catalogue.Model;

/// <summary>What a decision says of one finding.</summary>
public sealed class DecisionReason
{
    public required Guid DecisionId { get; init; }
    public required Guid SubmissionId { get; init; }

    /// <summary>Of the submission's finding.</summary>
    public required int Ordinal { get; init; }

    public required string Reason { get; init; }
}
