using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Signatures.Cms;

/// <summary>
/// Makes a verdict of facts (ETSI EN 319 102-1 §5.3, §5.5): what the bytes say, then the path at the proven time or now, then the
/// algorithms at that time. What was found first decides the sub-indication.
/// </summary>
internal sealed class SignatureJudge(CmsSignedData cms, PathMaterial material, DateTimeOffset now, string file)
{
    private const int MaxCounterDepth = 3;
    private readonly ImmutableArray<Certificate> _certificates = CmsCertificates.Decode(cms, material, file, out _);

    /// <summary>Judges every signer and its counter-signers.</summary>
    /// <param name="content">Digests of the signed content.</param>
    /// <param name="firstId">Number of the first signer within the file.</param>
    /// <param name="names">Format names without and with a protected certificate (<c>CMS</c>, <c>CAdES</c>).</param>
    /// <param name="coverage">Part of the file that is signed.</param>
    /// <param name="fileFindings">Findings that belong to each signature here.</param>
    /// <param name="laterProof">A trusted time at which all of this existed, as a document time-stamp gives it.</param>
    public List<SignatureReport> JudgeAll(
        DigestSet content, int firstId, (string Plain, string Advanced) names, Coverage coverage,
        ImmutableArray<Finding> fileFindings, DateTimeOffset? laterProof)
    {
        CmsCertificates.Decode(cms, material, file, out var unread);
        var reports = new List<SignatureReport>();
        for (var i = 0; i < cms.Signers.Length && reports.Count < material.Limits.MaxSignatures; i++)
        {
            var id = (firstId + i).ToString(CultureInfo.InvariantCulture);
            var facts = CmsVerification.Verify(cms.Signers[i], cms.ContentType, content, _certificates, file);
            facts = facts with { Findings = [.. unread, .. fileFindings, .. facts.Findings] };
            Judge(facts, id, names, coverage, laterProof, 0, reports);
        }
        return reports;
    }

    private void Judge(
        SignerFacts facts, string id, (string Plain, string Advanced) names, Coverage coverage, DateTimeOffset? laterProof, int depth,
        List<SignatureReport> reports)
    {
        var timestamps = JudgeTimeStamps(facts.Signer);
        var proven = timestamps.Where(t => t.Kind == "signature" && t.Indication == Indication.TotalPassed)
            .Select(t => t.Time).Append(laterProof).Min();
        var (indication, sub, path, findings) = Conclude(facts, proven ?? now, coverage);
        reports.Add(new SignatureReport
        {
            Id = id,
            Format = facts.ProtectsCertificate ? names.Advanced : names.Plain,
            Level = Level(facts, timestamps),
            Cryptographic = facts.Cryptographic,
            Coverage = coverage,
            ClaimedTime = facts.ClaimedTime?.ToUniversalTime(),
            ProvenTime = proven?.ToUniversalTime(),
            Indication = indication,
            SubIndication = sub,
            Signer = facts.Certificate?.Report,
            Path = [.. path.Select(c => c.Report)],
            Timestamps = timestamps,
            Findings = findings,
        });
        JudgeCounterSignatures(facts.Signer, id, names, coverage, depth, reports);
    }

    // RFC 5652 §11.4: a counter-signature signs the value of the signature it stands in.
    private void JudgeCounterSignatures(
        CmsSigner signer, string id, (string Plain, string Advanced) names, Coverage coverage, int depth, List<SignatureReport> reports)
    {
        if (depth >= MaxCounterDepth) return;
        var number = 0;
        foreach (var encoded in signer.UnsignedValues(CmsOids.CounterSignature))
        {
            if (reports.Count >= material.Limits.MaxSignatures) return;
            var counterId = $"{id}.{++number}";
            if (!CmsSigner.TryRead(encoded, out var counter, out var reason))
            {
                reports.Add(MalformedSignature(counterId, names.Plain, reason));
                continue;
            }
            var content = DigestSet.Of(signer.SignatureValue, DigestSet.Needed([counter]));
            Judge(CmsVerification.Verify(counter, null, content, _certificates, file), counterId, names, coverage, null, depth + 1, reports);
        }
    }

    private (Indication, SubIndication?, ImmutableArray<Certificate>, ImmutableArray<Finding>) Conclude(
        SignerFacts facts, DateTimeOffset at, Coverage coverage)
    {
        var findings = facts.Findings;
        var indication = Indication.TotalPassed;
        SubIndication? sub = null;
        if (facts.Fault is { } fault) (indication, sub) = (fault.Indication, fault.Sub);
        else if (coverage == Coverage.Unclear) (indication, sub) = (Indication.Indeterminate, SubIndication.SigConstraintsFailure);
        if (facts.Certificate is not { } certificate) return (indication, sub, [], findings);
        var verdict = new PathValidation(material.With(_certificates, cms.Crls), file).Validate(certificate, PathPurpose.Signing, at, now);
        findings = findings.AddRange(verdict.Findings);
        if (sub is null) (indication, sub) = (verdict.Indication, verdict.SubIndication);
        foreach (var weak in Strength.Faults(facts, at))
        {
            findings = findings.Add(new Finding(SignatureRules.WeakAlgorithm, file, weak.Until, weak.Algorithm));
            if (sub is null) (indication, sub) = (Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe);
        }
        return (indication, sub, verdict.Path, findings);
    }

    private ImmutableArray<TimeStampReport> JudgeTimeStamps(CmsSigner signer)
    {
        var reports = ImmutableArray.CreateBuilder<TimeStampReport>();
        foreach (var (oid, kind) in TimeStampAttributes)
            foreach (var encoded in signer.UnsignedValues(oid))
                if (reports.Count < material.Limits.MaxSignatures) reports.Add(JudgeTimeStamp(signer, kind, encoded));
        return reports.ToImmutable();
    }

    private TimeStampReport JudgeTimeStamp(CmsSigner signer, string kind, ReadOnlyMemory<byte> encoded)
    {
        if (!CmsSignedData.TryDecode(encoded, material.Limits, out var data, out var reason)
            || !TimeStampToken.TryFrom(data, out var token, out reason))
            return MalformedTimeStamp(kind, file, reason);
        if (kind != "signature")
            return new TimeStampReport
            {
                Kind = kind,
                Cryptographic = VerificationOutcome.Unsupported,
                Time = token.Time.ToUniversalTime(),
                Indication = Indication.Indeterminate,
                SubIndication = SubIndication.TryLater,
                Findings = [new Finding(SignatureRules.UnsupportedForm, file, null, "archive time-stamp")],
            };
        var imprint = DigestSet.Of(signer.SignatureValue, token.ImprintHash is { IsSupported: true } hash ? [hash] : []);
        return token.Verify(kind, imprint, material.With(_certificates, cms.Crls), now, file);
    }

    private static (string Oid, string Kind)[] TimeStampAttributes { get; } =
        [(CmsOids.SignatureTimeStamp, "signature"), (CmsOids.ArchiveTimeStampV2, "archive"), (CmsOids.ArchiveTimeStampV3, "archive")];

    internal static TimeStampReport MalformedTimeStamp(string kind, string file, string reason) => new()
    {
        Kind = kind,
        Cryptographic = VerificationOutcome.Malformed,
        Indication = Indication.TotalFailed,
        SubIndication = SubIndication.FormatFailure,
        Findings = [new Finding(SignatureRules.TstMalformed, file, null, reason)],
    };

    private SignatureReport MalformedSignature(string id, string format, string reason) => new()
    {
        Id = id,
        Format = format,
        Level = "BASIC",
        Cryptographic = VerificationOutcome.Malformed,
        Coverage = Coverage.Unclear,
        Indication = Indication.TotalFailed,
        SubIndication = SubIndication.FormatFailure,
        Findings = [new Finding(SignatureRules.Malformed, file, null, reason)],
    };

    private static string Level(SignerFacts facts, ImmutableArray<TimeStampReport> timestamps) =>
        !facts.ProtectsCertificate ? "BASIC"
        : timestamps.Any(t => t.Kind == "archive") ? "LTA"
        : timestamps.Any(t => t.Kind == "signature") ? "T" : "B";
}
