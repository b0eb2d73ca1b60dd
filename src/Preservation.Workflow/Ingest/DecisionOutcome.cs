namespace Preservation.Workflow.Ingest;

/// <summary>What a person's decision on a submission came to.</summary>
public enum DecisionOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>The first of two approvals is recorded; another person must give the second.</summary>
    FirstOfTwo,

    /// <summary>No such submission in the caller's scope.</summary>
    NotFound,

    /// <summary>The submission is not waiting for this decision (any more).</summary>
    NotWaiting,

    /// <summary>The same person sent it, or prepared it: another must decide.</summary>
    OwnSubmission,

    /// <summary>The same person gave the first approval: another must give the second.</summary>
    SamePerson,

    /// <summary>Two persons must approve, and the caller is a system.</summary>
    NotAPerson,

    /// <summary>A reason names a finding that the submission does not have.</summary>
    NoSuchFinding,
}
