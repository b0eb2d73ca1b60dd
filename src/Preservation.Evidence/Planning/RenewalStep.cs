using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>One renewal of many tokens together.</summary>
public sealed record RenewalStep
{
    /// <summary>Which of the two renewals.</summary>
    public required RenewalKind Kind { get; init; }

    /// <summary>The function of the trees now.</summary>
    public required DigestAlgorithm Algorithm { get; init; }

    /// <summary>The function of the new tree, the same for a time-stamp renewal; null when none is left.</summary>
    public required DigestAlgorithm? NewAlgorithm { get; init; }

    /// <summary>The day it is to be done by: not before the plan's own, so that what is overdue is due at once.</summary>
    public required DateTimeOffset By { get; init; }

    /// <summary>The day it may begin.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The tokens with their reasons, in the order of batch and token.</summary>
    public required ImmutableArray<RenewalNeed> Needs { get; init; }

    /// <summary>Time-stamps that it takes.</summary>
    public required long Tokens { get; init; }

    /// <summary>Bytes that are read again; 0 for a time-stamp renewal.</summary>
    public required long Bytes { get; init; }

    /// <summary>The batches, each once.</summary>
    public IEnumerable<string> Batches => Needs.Select(n => n.Batch).Distinct();

    /// <summary>The rules behind it, each once.</summary>
    public IEnumerable<Rule> Reasons => Needs.Select(n => n.Reason.Rule).Distinct();

    /// <summary>May it begin now.</summary>
    public bool IsDue(DateTimeOffset now) => NotBefore <= now;
}
