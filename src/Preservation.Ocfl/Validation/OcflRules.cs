using Preservation.Core.Findings;

namespace Preservation.Ocfl.Validation;

/// <summary>The specification's own codes (E…, W…), as this library can find them.</summary>
public static class OcflRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(OcflRules).Assembly, "ocfl.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this code, for instance <c>E092</c>.</summary>
    public static Rule Of(string code) => Book[code];
}
