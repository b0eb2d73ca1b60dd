using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>The rules of the lists that agencies keep (<c>VN-LIST-…</c>) and of packages under the repealed Circular 02/2019 (<c>VN-TT02-…</c>).</summary>
public static class Tt05ListRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(Tt05ListRules).Assembly, "tt05-list.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this code (<c>VN-LIST-MISSING</c>).</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string code) => Book[code];

    internal static Finding New(string code, string path, string? expected = null, string? found = null) => new(Get(code), path, expected, found);
}
