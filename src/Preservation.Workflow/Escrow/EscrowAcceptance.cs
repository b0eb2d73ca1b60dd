namespace Preservation.Workflow.Escrow;

/// <summary>What came of a report that an escrow sent.</summary>
public abstract record EscrowAcceptance
{
    private EscrowAcceptance() { }

    /// <summary>It is kept; committed by the caller.</summary>
    /// <param name="Id">Identifies it.</param>
    /// <param name="Number">Its number.</param>
    /// <param name="IsNew">False when the very same report was kept before.</param>
    public sealed record Kept(Guid Id, long Number, bool IsNew) : EscrowAcceptance;

    /// <summary>The signature does not hold, or is by no key of a configured escrow.</summary>
    public sealed record NotSigned : EscrowAcceptance;

    /// <summary>It is no report, or one that another escrow's key signed.</summary>
    public sealed record NotAReport : EscrowAcceptance;

    /// <summary>It does not follow on what is kept: another one has its number, or it does not name the one before.</summary>
    public sealed record DoesNotFollow : EscrowAcceptance;
}
