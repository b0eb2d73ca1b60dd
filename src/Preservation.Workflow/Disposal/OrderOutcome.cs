using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Workflow.Disposal;

/// <summary>What came of an act on an order of destruction.</summary>
public abstract record OrderOutcome
{
    private OrderOutcome() { }

    /// <summary>It is done.</summary>
    /// <param name="Id">The order.</param>
    public sealed record Done(Guid Id) : OrderOutcome;

    /// <summary>Something keeps a package from being destroyed.</summary>
    /// <param name="Findings">Everything that does.</param>
    public sealed record Refused(ImmutableArray<Finding> Findings) : OrderOutcome;

    /// <summary>There is no such order.</summary>
    public sealed record NotFound : OrderOutcome;

    /// <summary>It is approved or withdrawn already.</summary>
    public sealed record NotOpen : OrderOutcome;

    /// <summary>The person asked for it, and another must approve; or had no part in it, and another must withdraw it.</summary>
    public sealed record NotYours : OrderOutcome;
}
