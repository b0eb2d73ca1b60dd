using Preservation.Core.Findings;

namespace Preservation.Workflow.Documents;

/// <summary>Why a signed version of a frozen document is not taken.</summary>
public static class SignedVersionRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(SignedVersionRules).Assembly, "documents.json");

    /// <summary>It is something else than the frozen document with a signature.</summary>
    public static Rule OtherBytes { get; } = Book["DOC-SIGNED-OTHER-BYTES"];

    /// <summary>It carries no signature.</summary>
    public static Rule NoSignature { get; } = Book["DOC-SIGNED-NO-SIGNATURE"];

    /// <summary>A signature of it does not hold.</summary>
    public static Rule Broken { get; } = Book["DOC-SIGNED-BROKEN"];

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;
}
