using Preservation.Core.Findings;

namespace Preservation.Ocfl.Validation;

/// <summary>What a validation found.</summary>
/// <param name="Findings">Every finding; warnings do not make an object invalid.</param>
/// <param name="Objects">Objects looked at.</param>
public sealed record OcflReport(IReadOnlyList<Finding> Findings, int Objects)
{
    /// <summary>True when no MUST is violated.</summary>
    public bool IsValid => Findings.All(f => f.Rule.Severity != Severity.Error);
}
