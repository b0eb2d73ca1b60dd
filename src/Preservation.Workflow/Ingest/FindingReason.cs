namespace Preservation.Workflow.Ingest;

/// <summary>What the one who sends a submission back says of one finding.</summary>
/// <param name="Ordinal">The finding's number within the submission, from 1.</param>
/// <param name="Reason">1 to 1,000 characters.</param>
public sealed record FindingReason(int Ordinal, string Reason)
{
    /// <summary>How many findings a decision may speak of.</summary>
    public const int Most = 500;

    /// <summary>How long a reason may be.</summary>
    public const int MaxLength = 1_000;
}
