using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Validation;

/// <summary>
/// Makes verdicts of facts (ETSI EN 319 102-1 §5.3, §5.5): what the bytes say, then the path at the proven time or now, then the
/// algorithms at that time. What was found first decides the sub-indication. Pure: the same facts, material and time give the same report.
/// </summary>
internal sealed class SignatureValidation(PathMaterial material, DateTimeOffset now, string file)
{
    /// <summary>Judges everything in a file.</summary>
    public VerificationReport Validate(FileFacts facts)
    {
        var stamps = facts.TimeStamps.Select(Validate).ToList();
        var signatures = new List<SignatureReport>();
        foreach (var signature in facts.Signatures)
        {
            var proof = facts.TimeStamps.Zip(stamps).Where(s => s.First.CoveredSignatures.Contains(signature.Id) && s.Second.Indication == Indication.TotalPassed)
                .Select(s => s.Second.Time).Min();
            Validate(signature, proof, signatures);
        }
        return new VerificationReport
        {
            File = file,
            Outcome = facts.Outcome ?? VerificationReport.Sum(signatures.Count > 0 ? [.. signatures.Select(s => s.Cryptographic)] : [.. stamps.Select(s => s.Cryptographic)]),
            Signatures = [.. signatures],
            Timestamps = [.. stamps],
            Findings = facts.Findings,
        };
    }

    /// <summary>Judges one time-stamp at its own time.</summary>
    public TimeStampReport Validate(TimeStampFacts facts)
    {
        var findings = facts.Findings;
        var (indication, sub) = facts.Fault is { } fault ? (fault.Indication, (SubIndication?)fault.Sub) : (Indication.TotalPassed, null);
        if (facts is { Certificate: { } certificate, Token: { } token })
        {
            var verdict = new PathValidation(material.With(facts.Material), file).Validate(certificate, PathPurpose.TimeStamping, token.Time, now);
            findings = findings.AddRange(verdict.Findings);
            if (sub is null) (indication, sub) = (verdict.Indication, verdict.SubIndication);
        }
        if (sub is null && facts.Token?.Time > now) (indication, sub) = (Indication.Indeterminate, SubIndication.TimestampOrderFailure);
        if (sub is null && facts.Coverage == Coverage.Unclear) (indication, sub) = (Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        return new TimeStampReport
        {
            Kind = facts.Kind,
            Cryptographic = facts.Cryptographic,
            Time = facts.Token?.Time.ToUniversalTime(),
            Tsa = facts.Certificate?.Report,
            Coverage = facts.Coverage,
            Indication = indication,
            SubIndication = sub,
            Findings = findings,
        };
    }

    private void Validate(SignatureFacts facts, DateTimeOffset? laterProof, List<SignatureReport> reports)
    {
        var all = new SignatureValidation(material.With(facts.Material), now, file);
        var stamps = facts.TimeStamps.Select(all.Validate).ToImmutableArray();
        var proven = stamps.Where(t => t.Kind is "signature" or "references" or "archive" && t.Indication == Indication.TotalPassed)
            .Select(t => t.Time).Append(laterProof).Min();
        var (indication, sub, path, findings) = all.Conclude(facts, proven ?? now);
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
            ProvenTime = proven?.ToUniversalTime(),
            Indication = indication,
            SubIndication = sub,
            Signer = facts.Certificate?.Report,
            Path = [.. path.Select(c => c.Report)],
            Timestamps = stamps,
            Findings = findings,
        });
        foreach (var counter in facts.CounterSignatures) all.Validate(counter, laterProof, reports);
    }

    private (Indication, SubIndication?, ImmutableArray<Certificate>, ImmutableArray<Finding>) Conclude(SignatureFacts facts, DateTimeOffset at)
    {
        var findings = facts.Findings;
        var indication = Indication.TotalPassed;
        SubIndication? sub = null;
        if (facts.Fault is { } fault) (indication, sub) = (fault.Indication, fault.Sub);
        else if (facts.Coverage == Coverage.Unclear) (indication, sub) = (Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        if (facts.Certificate is not { } certificate) return (indication, sub, [], findings);
        var verdict = new PathValidation(material, file).Validate(certificate, PathPurpose.Signing, at, now);
        findings = findings.AddRange(verdict.Findings);
        if (sub is null) (indication, sub) = (verdict.Indication, verdict.SubIndication);
        foreach (var weak in Strength.Faults(facts.Algorithms, at))
        {
            findings = findings.Add(new Finding(SignatureRules.WeakAlgorithm, file, weak.Until, weak.Algorithm));
            if (sub is null) (indication, sub) = (Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe);
        }
        return (indication, sub, verdict.Path, findings);
    }
}
