namespace Preservation.Workflow.Changes;

/// <summary>What became of a request about a receiver.</summary>
public enum WebhookOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is none, or the caller may not see it.</summary>
    NotFound,

    /// <summary>It was ended.</summary>
    Ended,

    /// <summary>The log ends before the place asked for.</summary>
    AheadOfLog,
}
