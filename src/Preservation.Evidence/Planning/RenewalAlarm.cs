using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>Something in a plan that a person must know.</summary>
/// <param name="Finding">What, by a rule of <see cref="RenewalRules"/>.</param>
/// <param name="Tokens">The tokens it is about, in order.</param>
public sealed record RenewalAlarm(Finding Finding, ImmutableArray<string> Tokens);
