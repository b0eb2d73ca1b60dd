using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>The sentences of a conclusion (<c>schemas/rules/conclusions.json</c>).</summary>
public static class ConclusionRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(ConclusionRules).Assembly, "conclusions.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    internal static Rule Of(string code) => Book[code];
}
