using System.Collections.Immutable;

namespace Preservation.Storage.Ocfl;

/// <summary>What recovering an object after an interrupted write came to.</summary>
public enum RecoveryOutcome
{
    /// <summary>Nothing was unfinished.</summary>
    Nothing,

    /// <summary>The root's sidecar was older than the inventory and was written again.</summary>
    Mended,

    /// <summary>The interrupted version was complete and has been committed.</summary>
    RolledForward,

    /// <summary>The interrupted version lacks contents; it was left as it is.</summary>
    Incomplete,

    /// <summary>The interrupted version lacked contents; what it had written is deleted.</summary>
    Abandoned,
}

/// <summary>The outcome with the keys it is about: those that are missing, or those that were deleted.</summary>
public sealed record Recovery(RecoveryOutcome Outcome, ImmutableArray<string> Keys);
