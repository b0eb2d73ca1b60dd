using Preservation.Core.Findings;

namespace Preservation.Packages.Eark;

/// <summary>The requirements of CSIP, SIP, AIP and DIP 2.2.0 that a package can fail, under the specifications' own ids.</summary>
public static class EarkRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(EarkRules).Assembly, "eark.json");

    // MUST until 2.1.0, SHOULD since 2.2.0; and the other way round.
    private static readonly HashSet<string> Relaxed = new(StringComparer.Ordinal) { "CSIP96", "CSIP100", "CSIP104" };
    private static readonly HashSet<string> Tightened = new(StringComparer.Ordinal) { "SIP12", "SIP18", "SIP29" };

    /// <summary>A requirement of 2.0.4 only: where a package does not tell its edition, it is told as information.</summary>
    public const string Dropped = "CSIP86";

    /// <summary>The edition a package is held against when it names none.</summary>
    public const string Newest = "2.2.0";

    /// <summary>All of them, at the levels of the newest version.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The rule with this id at the level of a version of the specification.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Rule Get(string id, string version = Newest)
    {
        var rule = Book[id];
        if (version == Newest) return id == Dropped ? rule with { Severity = Severity.Info } : rule;
        return rule with
        {
            Severity = Relaxed.Contains(id) ? Severity.Error : Tightened.Contains(id) ? Severity.Info : rule.Severity,
            Clause = rule.Clause.Replace(Newest, version, StringComparison.Ordinal),
        };
    }

    /// <summary>A rule whose SHOULD is not at stake, only the recommendation beside it.</summary>
    internal static Rule Advice(string id, string version) => Get(id, version) with { Severity = Severity.Info };

    /// <summary>The version that <c>mets/@PROFILE</c> names; the newest when it names none.</summary>
    public static string VersionOf(string? profile) => ToldBy(profile) ?? Newest;

    /// <summary>The version that <c>mets/@PROFILE</c> names, or null: before 2.2.0 most addresses named none.</summary>
    internal static string? ToldBy(string? profile)
    {
        foreach (var version in (ReadOnlySpan<string>)["2.0.4", "2.1.0", Newest])
            if (profile?.Replace('.', '-').Contains("v" + version.Replace('.', '-'), StringComparison.OrdinalIgnoreCase) == true) return version;
        return null;
    }
}
