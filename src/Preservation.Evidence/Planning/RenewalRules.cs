using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>Why evidence must be renewed, and why a plan cannot be met (<c>schemas/rules/renewal.json</c>).</summary>
public static class RenewalRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(RenewalRules).Assembly, "renewal.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>…, the function of the hash tree, is relied on until ….</summary>
    public static Rule TreeAlgorithm { get; } = Book["RENEWAL-TREE-ALGORITHM"];

    /// <summary>…, the function of the hash tree, is announced as broken from … on.</summary>
    public static Rule TreeBroken { get; } = Book["RENEWAL-TREE-BROKEN"];

    /// <summary>…, on which the time-stamp rests, is relied on until ….</summary>
    public static Rule TokenAlgorithm { get; } = Book["RENEWAL-TOKEN-ALGORITHM"];

    /// <summary>…, on which the time-stamp rests, is announced as broken from … on.</summary>
    public static Rule TokenBroken { get; } = Book["RENEWAL-TOKEN-BROKEN"];

    /// <summary>A certificate above the time-stamp … ends on ….</summary>
    public static Rule Certificate { get; } = Book["RENEWAL-CERTIFICATE"];

    /// <summary>A certificate above the time-stamp … is revoked from … on.</summary>
    public static Rule Revocation { get; } = Book["RENEWAL-REVOCATION"];

    /// <summary>Of the time-stamps over …, … no longer stands; what still stands is ….</summary>
    public static Rule Second { get; } = Book["RENEWAL-SECOND"];

    /// <summary>… time-stamps are past the day on which they should have been renewed.</summary>
    public static Rule Overdue { get; } = Book["RENEWAL-OVERDUE"];

    /// <summary>… time-stamps ended before they were renewed, and no second one stands.</summary>
    public static Rule Lost { get; } = Book["RENEWAL-LOST"];

    /// <summary>The renewal of … cannot be ready by ….</summary>
    public static Rule Capacity { get; } = Book["RENEWAL-CAPACITY"];

    /// <summary>For the hash-tree renewal of … no function is left.</summary>
    public static Rule NoAlgorithm { get; } = Book["RENEWAL-NO-ALGORITHM"];

    /// <summary>None of the time-stamping authorities named gives time-stamps that stand long enough.</summary>
    public static Rule NoAuthority { get; } = Book["RENEWAL-NO-AUTHORITY"];
}
