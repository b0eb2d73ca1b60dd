using System.Collections.Immutable;
using Preservation.Signatures.Reports;

namespace Preservation.Workflow.Verdicts;

/// <summary>What a verdict says against the one before it.</summary>
internal enum VerdictChange
{
    /// <summary>The same.</summary>
    Same,

    /// <summary>Something more is proven and nothing less.</summary>
    Better,

    /// <summary>Something less is proven and nothing more.</summary>
    Worse,

    /// <summary>They cannot be ranked: other signatures, another outcome, or something gained and something lost.</summary>
    Disagrees,
}

/// <summary>Compares verdicts policy by policy, by the policies that both have.</summary>
internal static class VerdictComparison
{
    public static VerdictChange Compare(VerdictSummary before, VerdictSummary after) => Compare(before.Outcome, before.Signatures, after.Outcome, after.Signatures);

    public static VerdictChange Compare(string outcomeBefore, ImmutableArray<SummarisedSignature> before, string outcomeAfter, ImmutableArray<SummarisedSignature> after)
    {
        if (outcomeBefore != outcomeAfter || !before.Select(s => s.Id).SequenceEqual(after.Select(s => s.Id))) return VerdictChange.Disagrees;
        var (up, down, other) = (false, false, false);
        foreach (var (one, two) in before.Zip(after))
            foreach (var verdict in one.Verdicts)
            {
                if (two.Verdicts.FirstOrDefault(v => v.Policy == verdict.Policy) is not { } now) continue;
                var step = Rank(now) - Rank(verdict);
                up |= step > 0;
                down |= step < 0;
                other |= step == 0 && now != verdict;
            }
        return (up, down) switch
        {
            (true, true) => VerdictChange.Disagrees,
            (true, false) => VerdictChange.Better,
            (false, true) => VerdictChange.Worse,
            _ => other ? VerdictChange.Disagrees : VerdictChange.Same,
        };
    }

    /// <summary>Does the second only say less than the first, and that for want of material alone.</summary>
    public static bool OnlyLost(VerdictSummary before, VerdictSummary after) =>
        before.Outcome == after.Outcome && before.Signatures.Select(s => s.Id).SequenceEqual(after.Signatures.Select(s => s.Id))
        && before.Signatures.Zip(after.Signatures).All(p => p.First.Verdicts.All(v =>
            p.Second.Verdicts.FirstOrDefault(n => n.Policy == v.Policy) is not { } now || now == v || (Rank(now) < Rank(v) && IsLack(now))));

    // Proven, not known for want of material, spoken against, failed.
    private static int Rank(SummarisedVerdict verdict) => verdict.Indication switch
    {
        Indication.TotalPassed => 3,
        Indication.Indeterminate when IsLack(verdict) => 2,
        Indication.Indeterminate => 1,
        _ => 0,
    };

    private static bool IsLack(SummarisedVerdict verdict) => verdict.Indication == Indication.Indeterminate
        && verdict.SubIndication is (SubIndication.TryLater or SubIndication.NoCertificateChainFound or SubIndication.NoSigningCertificateFound or SubIndication.SignedDataNotFound);
}
