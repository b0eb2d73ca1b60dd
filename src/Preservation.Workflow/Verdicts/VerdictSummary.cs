using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Collection;

namespace Preservation.Workflow.Verdicts;

/// <summary>What the catalogue keeps of a report: enough to show it, to compare it with another and to know when another is due.</summary>
public sealed record VerdictSummary
{
    private const int MostSentences = 50;

    /// <summary>The signed file, as the report names it.</summary>
    public required string File { get; init; }

    /// <summary>What it rests on.</summary>
    public required VerificationBasis Basis { get; init; }

    /// <summary><see cref="VerificationBasis.Rules"/>.</summary>
    public required string Rules { get; init; }

    /// <summary>The file's outcome, in the words of the report.</summary>
    public required string Outcome { get; init; }

    /// <summary>Every signature.</summary>
    public ImmutableArray<SummarisedSignature> Signatures { get; init; } = [];

    /// <summary>What it comes to, at most fifty sentences.</summary>
    public ImmutableArray<SummarisedSentence> Conclusion { get; init; } = [];

    /// <summary>What a better verdict needs: kind and subject of material, as the library keeps it.</summary>
    public ImmutableArray<string> Lacking { get; init; } = [];

    /// <summary>SHA-512 of the report, hexadecimal.</summary>
    public required string ReportSha512 { get; init; }

    /// <summary>Of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="policy">What it was made by; for a file that was refused as a whole, whose report names no basis.</param>
    /// <param name="at">The same: when it was made.</param>
    public static VerdictSummary Of(VerificationReport report, VerificationPolicy policy, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(report);
        var basis = report.Basis ?? VerificationBasis.Of(policy, at);
        var isProven = report.Signatures.All(s => s.Verdicts.All(v => v.Indication == Indication.TotalPassed));
        return new VerdictSummary
        {
            File = report.File, Basis = basis, Rules = basis.Rules, Outcome = Word(report.Outcome),
            Signatures = [.. report.Signatures.Select(s => new SummarisedSignature(s.Id, s.Signer?.Subject, s.ProvenTime, [.. s.Verdicts.Select(v => new SummarisedVerdict(v.Policy, v.Indication, v.SubIndication))]))],
            Conclusion = [.. report.Conclusion.Take(MostSentences).Select(f => new SummarisedSentence(f.Rule.Code, JsonNamingPolicy.CamelCase.ConvertName(f.Rule.Severity.ToString()), f.Message.En, f.Message.Vi))],
            Lacking = isProven ? [] : [.. report.Wanted.SelectMany(w => MaterialLibrary.SubjectsOf(w).Select(s => $"{MaterialLibrary.KindOf(w.Kind)} {s}")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ReportSha512 = Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(report.ToJson()))),
        };
    }

    // The words of ETSI EN 319 102-1 and of contracts.md.
    internal static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}

/// <summary>One signature.</summary>
/// <param name="Id">Unique within the file.</param>
/// <param name="Signer">Subject of the signer's certificate.</param>
/// <param name="ProvenTime">The earliest time it is proven to have existed.</param>
/// <param name="Verdicts">The verdict of each policy.</param>
public sealed record SummarisedSignature(string Id, string? Signer, DateTimeOffset? ProvenTime, ImmutableArray<SummarisedVerdict> Verdicts);

/// <summary>The verdict of a policy on a signature.</summary>
/// <param name="Policy">The policy's id.</param>
/// <param name="Indication">ETSI EN 319 102-1 status.</param>
/// <param name="SubIndication">The reason, for every status but TOTAL_PASSED.</param>
public sealed record SummarisedVerdict(string Policy, Indication Indication, SubIndication? SubIndication);

/// <summary>A sentence of a conclusion.</summary>
/// <param name="Code">Its rule.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="En">In English.</param>
/// <param name="Vi">In Vietnamese.</param>
public sealed record SummarisedSentence(string Code, string Severity, string En, string Vi);
