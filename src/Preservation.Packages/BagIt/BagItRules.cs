using System.Collections.Frozen;
using Preservation.Core.Findings;

namespace Preservation.Packages.BagIt;

/// <summary>The rules of RFC 8493 and its forerunners 0.93 to 0.97; levels are those of 1.0.</summary>
public static class BagItRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(BagItRules).Assembly, "bagit.json");

    // What the editions before 1.0 left open or only recommended.
    private static readonly FrozenDictionary<string, Rule> BeforeVersion1 =
        new[] { "BAGIT-DECLARATION", "BAGIT-TAG-BOM", "BAGIT-ALGORITHM-NAME", "BAGIT-TAG-INCOMPLETE", "BAGIT-INFO-LINE", "BAGIT-OXUM-FORM" }
            .ToFrozenDictionary(code => code, code => Book[code] with { Severity = Severity.Warning });

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this code (<c>BAGIT-DIGEST</c>).</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string code) => Book[code];

    /// <summary>The rule at the level it has in bags of version 1.0 or of an earlier one.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string code, bool isVersion1) => !isVersion1 && BeforeVersion1.TryGetValue(code, out var rule) ? rule : Book[code];
}
