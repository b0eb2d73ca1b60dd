using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Validation;

/// <summary>
/// Makes a report of facts: under each policy a verdict by ETSI EN 319 102-1. Pure: the same facts, material, policies and time give the same report.
/// </summary>
/// <param name="material">Where paths and revocation data are.</param>
/// <param name="policies">The rules, each giving a verdict.</param>
/// <param name="now">The verification's time.</param>
/// <param name="file">Path for findings.</param>
/// <param name="pinned">What the verdict is pinned to; null for a judgement that is no report of its own.</param>
internal sealed class SignatureValidation(PathMaterial material, ImmutableArray<ValidationPolicy> policies, DateTimeOffset now, string file, VerificationBasis? pinned = null)
{
    /// <summary>Name and version of the engine; the number rises when any verdict could change.</summary>
    public const string Engine = "preservation-signatures/2";

    /// <summary>Judges everything in a file.</summary>
    public VerificationReport Validate(FileFacts facts)
    {
        var all = Gather(facts);
        var judges = policies.Select(p => new PolicyJudge(all, p, now, file, pinned?.ExistedSince)).ToList();
        foreach (var judge in judges) judge.JudgeTimeStamps(facts);
        var reports = new List<SignatureReport>();
        foreach (var signature in facts.Signatures) Report(signature, judges, reports);
        var stamps = facts.TimeStamps.Select(judges[0].Report).ToImmutableArray();
        return new VerificationReport
        {
            File = file,
            Outcome = facts.Outcome ?? VerificationReport.Sum(reports.Count > 0 ? [.. reports.Select(s => s.Cryptographic)] : [.. stamps.Select(s => s.Cryptographic)]),
            Signatures = [.. reports],
            Timestamps = stamps,
            Findings = facts.Findings,
            Conclusion = DocumentConclusion.Of(reports, file),
            Basis = facts.Outcome is null ? pinned : null,
            Wanted = [.. judges.SelectMany(j => j.Wanted).DistinctBy(w => (w.Kind, Convert.ToHexString(SHA256.HashData(w.Certificate.Span))))],
            Used = [.. judges.SelectMany(j => j.Used).DistinctBy(ProofsOfExistence.Bytes)],
        };
    }

    /// <summary>Judges one time-stamp by itself, at its own time.</summary>
    public TimeStampReport Validate(TimeStampFacts facts) => new PolicyJudge(material.With(facts.Material), policies[0], now, file).ReportAtOwnTime(facts);

    // Material stands anywhere in a file; where it was found says nothing of whom it is for.
    private PathMaterial Gather(FileFacts facts)
    {
        var all = facts.TimeStamps.Aggregate(EmbeddedMaterial.None, (sum, t) => sum.With(t.Material));
        foreach (var signature in facts.Signatures) all = Gather(signature, all);
        return material.With(all);

        static EmbeddedMaterial Gather(SignatureFacts signature, EmbeddedMaterial sum)
        {
            sum = signature.TimeStamps.Aggregate(sum.With(signature.Material), (s, t) => s.With(t.Material));
            return signature.CounterSignatures.Aggregate(sum, (s, counter) => Gather(counter, s));
        }
    }

    private static void Report(SignatureFacts facts, List<PolicyJudge> judges, List<SignatureReport> reports)
    {
        var first = judges[0].Judge(facts);
        reports.Add(new SignatureReport
        {
            Id = facts.Id,
            Format = facts.Format,
            Level = facts.Level,
            Cryptographic = facts.Cryptographic,
            Scope = facts.Scope,
            Coverage = facts.Coverage,
            Changes = facts.Changes,
            ClaimedTime = facts.ClaimedTime?.ToUniversalTime(),
            ProvenTime = judges[0].ProvenTime(facts)?.ToUniversalTime(),
            Indication = first.Indication,
            SubIndication = first.Sub,
            Verdicts = [.. judges.Select(j => j.Verdict(facts))],
            Signer = facts.Certificate?.Report,
            Path = [.. first.Path.Select(c => c.Report)],
            Revocation = first.Revocation,
            Timestamps = [.. facts.TimeStamps.Select(judges[0].Report)],
            Findings = [.. facts.Findings, .. first.Findings],
        });
        foreach (var counter in facts.CounterSignatures) Report(counter, judges, reports);
    }
}
