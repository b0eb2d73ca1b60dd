using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>Why a token is in a step.</summary>
/// <param name="Token">Names the token.</param>
/// <param name="Batch">Names its tree.</param>
/// <param name="Reason">What ends: a rule of <see cref="RenewalRules"/>.</param>
/// <param name="Ends">When it ends.</param>
/// <param name="By">That, less the margin: when the renewal should be done. <see cref="DateTimeOffset.MinValue"/> for at once.</param>
public sealed record RenewalNeed(string Token, string Batch, Finding Reason, DateTimeOffset Ends, DateTimeOffset By)
{
    // A token is not renewed again before half of the way to that day is over, whatever the window: else one that was short of life from the
    // beginning would be renewed at every look at the plan.
    internal DateTimeOffset NotBefore { get; init; }

    internal DateTimeOffset MadeAt { get; init; }
}
