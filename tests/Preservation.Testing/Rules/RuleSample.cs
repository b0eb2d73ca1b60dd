using Preservation.Core.Findings;

namespace Preservation.Testing.Rules;

/// <summary>Something sound, in which rules are silent.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="Check">Gives the findings there are all the same.</param>
public sealed record RuleSample(string Name, Func<Task<IEnumerable<Finding>>> Check);
