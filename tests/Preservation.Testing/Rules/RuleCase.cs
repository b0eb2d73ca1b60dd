using NUnit.Framework;
using Preservation.Core.Findings;

namespace Preservation.Testing.Rules;

/// <summary>Something faulty, and the rule that must be told of it.</summary>
/// <param name="Rule">Code of the rule.</param>
/// <param name="Fault">What is wrong, in a few words.</param>
/// <param name="Raise">Makes it, looks at it and gives the findings.</param>
public sealed record RuleCase(string Rule, string Fault, Func<Task<IEnumerable<Finding>>> Raise)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Fault}";

    /// <summary>Fails when the rule is not among the findings.</summary>
    public async Task AssertRaisedAsync()
    {
        var told = (await Raise()).Select(f => f.Rule.Code).Distinct().ToList();
        Assert.That(told, Does.Contain(Rule), Fault);
    }
}
