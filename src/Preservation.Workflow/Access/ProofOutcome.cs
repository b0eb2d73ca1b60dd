namespace Preservation.Workflow.Access;

/// <summary>What came of a key that somebody presented.</summary>
public abstract record ProofOutcome
{
    private ProofOutcome() { }

    /// <summary>It proves the caller.</summary>
    public sealed record Proven(Caller Caller) : ProofOutcome;

    /// <summary>It proves nobody: unknown, wrong, expired, revoked, or its principal is not valid now. Which of them is not told.</summary>
    public sealed record Unknown : ProofOutcome;

    /// <summary>It was not looked at: too many wrong ones came before it.</summary>
    public sealed record Later(TimeSpan After) : ProofOutcome;
}
