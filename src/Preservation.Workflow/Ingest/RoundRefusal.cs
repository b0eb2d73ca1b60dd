namespace Preservation.Workflow.Ingest;

/// <summary>Why a round was not approved.</summary>
public enum RoundRefusal
{
    /// <summary>The caller sees no such round.</summary>
    NotFound,

    /// <summary>Nothing of it waits for a decision.</summary>
    NothingWaits,

    /// <summary>Other submissions wait than the caller has seen.</summary>
    Changed,

    /// <summary>The caller may approve none of what waits.</summary>
    NoneAllowed,
}
