using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05;

/// <summary>The rules of Circular 05/2025/TT-BNV that a package itself can meet or fail.</summary>
public static class Tt05Rules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(Tt05Rules).Assembly, "tt05.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this code (<c>VN-C04</c>).</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string code) => Book[code];
}
