using Preservation.Core.Findings;

namespace Preservation.Packages.BagIt;

/// <summary>The rules of RFC 8493 and its forerunners 0.93 to 0.97.</summary>
public static class BagItRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(BagItRules).Assembly, "bagit.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this code (<c>BAGIT-DIGEST</c>).</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string code) => Book[code];
}
