using Preservation.Core.Findings;

namespace Preservation.Signatures.TrustLists;

/// <summary>Rules about trusted lists (<c>schemas/rules/trust-lists.json</c>).</summary>
public static class TrustListRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(TrustListRules).Assembly, "trust-lists.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The list is not built as a trusted list is (…).</summary>
    public static Rule Malformed { get; } = Book["TRUST-MALFORMED"];

    /// <summary>The list costs more than is allowed.</summary>
    public static Rule Limit { get; } = Book["TRUST-LIMIT"];

    /// <summary>The list is of an edition that is not known.</summary>
    public static Rule Version { get; } = Book["TRUST-VERSION"];

    /// <summary>The list is not signed.</summary>
    public static Rule Unsigned { get; } = Book["TRUST-UNSIGNED"];

    /// <summary>The list's signature does not hold (…).</summary>
    public static Rule Signature { get; } = Book["TRUST-SIGNATURE"];

    /// <summary>The list's signature does not cover the whole of it (…).</summary>
    public static Rule Coverage { get; } = Book["TRUST-COVERAGE"];

    /// <summary>The list is signed by somebody whom nobody named for it (…).</summary>
    public static Rule Signer { get; } = Book["TRUST-SIGNER"];

    /// <summary>The list is signed with an algorithm that was no longer reliable (…).</summary>
    public static Rule WeakAlgorithm { get; } = Book["TRUST-WEAK-ALGORITHM"];

    /// <summary>The list should have been replaced by … and is out of date.</summary>
    public static Rule Expired { get; } = Book["TRUST-EXPIRED"];

    /// <summary>The list's sequence number … goes back behind ….</summary>
    public static Rule Sequence { get; } = Book["TRUST-SEQUENCE"];

    /// <summary>A service in the list has no certificate that can be read (…).</summary>
    public static Rule ServiceWithoutCertificate { get; } = Book["TRUST-SERVICE-CERTIFICATE"];

    /// <summary>A service in the list has a critical extension that is not known (…).</summary>
    public static Rule ServiceExtension { get; } = Book["TRUST-SERVICE-EXTENSION"];

    /// <summary>The list points to another that is not at hand (…).</summary>
    public static Rule PointerWithoutList { get; } = Book["TRUST-POINTER"];
}
