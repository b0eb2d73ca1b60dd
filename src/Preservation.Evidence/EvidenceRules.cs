using Preservation.Core.Findings;

namespace Preservation.Evidence;

/// <summary>Rules about evidence records (<c>schemas/rules/evidence.json</c>).</summary>
public static class EvidenceRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(EvidenceRules).Assembly, "evidence.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The evidence record … is not well-formed (…).</summary>
    public static Rule Malformed { get; } = Book["ER-MALFORMED"];

    /// <summary>The evidence record … has version …; only … is defined.</summary>
    public static Rule Version { get; } = Book["ER-VERSION"];

    /// <summary>… bytes follow the evidence record ….</summary>
    public static Rule Trailing { get; } = Book["ER-TRAILING"];

    /// <summary>The evidence record … goes beyond a limit: …, allowed is ….</summary>
    public static Rule Limit { get; } = Book["ER-LIMIT"];

    /// <summary>The evidence record … is over encrypted data (…); this is not supported.</summary>
    public static Rule Encryption { get; } = Book["ER-ENCRYPTION"];

    /// <summary>The digest algorithm … of … is not supported; nothing is said about the record.</summary>
    public static Rule Algorithm { get; } = Book["ER-ALGORITHM"];

    /// <summary>The evidence record … uses … and does not declare it in digestAlgorithms.</summary>
    public static Rule DeclaredAlgorithm { get; } = Book["ER-DECLARED-ALGORITHM"];

    /// <summary>The canonicalisation method … of … is not supported; nothing is said about the record.</summary>
    public static Rule Canonicalization { get; } = Book["ER-CANONICALIZATION"];

    /// <summary>A time-stamp token of … is signed data of version …; a token needs ….</summary>
    public static Rule TokenVersion { get; } = Book["ER-TOKEN-VERSION"];

    /// <summary>A hash tree of … holds a value of … bytes; the chain's algorithm makes ….</summary>
    public static Rule Node { get; } = Book["ER-NODE"];

    /// <summary>An archive time-stamp of … uses …; its chain began with ….</summary>
    public static Rule ChainAlgorithm { get; } = Book["ER-CHAIN-ALGORITHM"];

    /// <summary>A time-stamp token of … is over a … value; the hash tree uses ….</summary>
    public static Rule TokenAlgorithm { get; } = Book["ER-TOKEN-ALGORITHM"];

    /// <summary>The hash tree of archive time-stamp … of … does not lead to what its token is over.</summary>
    public static Rule Root { get; } = Book["ER-ROOT"];

    /// <summary>The token of archive time-stamp … of … does not verify.</summary>
    public static Rule TimeStamp { get; } = Book["ER-TIME-STAMP"];

    /// <summary>Archive time-stamp … of … does not cover the time-stamp before it.</summary>
    public static Rule TimeStampRenewal { get; } = Book["ER-TIME-STAMP-RENEWAL"];

    /// <summary>Chain … of … does not cover the data together with the chains before it.</summary>
    public static Rule HashTreeRenewal { get; } = Book["ER-HASH-TREE-RENEWAL"];

    /// <summary>Archive time-stamp … of … is older than the one before it (…).</summary>
    public static Rule Order { get; } = Book["ER-ORDER"];

    /// <summary>… is not among the data that the evidence record … covers.</summary>
    public static Rule Data { get; } = Book["ER-DATA"];

    /// <summary>To judge …, … is needed by ….</summary>
    public static Rule DigestMissing { get; } = Book["ER-DIGEST-MISSING"];

    /// <summary>No data was given: of … only the structure, the renewals and the time-stamps were judged.</summary>
    public static Rule NoData { get; } = Book["ER-NO-DATA"];

    /// <summary>The first list of … holds … values, … of them are the data given: neighbours in the tree, or more members of its group.</summary>
    public static Rule Group { get; } = Book["ER-GROUP"];

    /// <summary>The container … does not say, as it must, what its evidence record is over: ….</summary>
    public static Rule Container { get; } = Book["ER-CONTAINER"];

    /// <summary>The file … differs from its digest in the manifest ….</summary>
    public static Rule ManifestDigest { get; } = Book["ER-MANIFEST-DIGEST"];

    /// <summary>The evidence record … cannot be written as XML: ….</summary>
    public static Rule Conversion { get; } = Book["ER-CONVERSION"];

    /// <summary>The evidence record … is not renewed: ….</summary>
    public static Rule Renewal { get; } = Book["ER-RENEWAL"];
}
