using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;

namespace Preservation.Evidence.Verification;

/// <summary>
/// May an archive time-stamp be believed (RFC 4998 §5.3): its authority's path and its algorithms must hold when the next one was made, the
/// newest one's now. That is stricter than for a time-stamp on its own, since nothing but the next archive time-stamp keeps the older one alive.
/// </summary>
internal sealed class ArchiveTimeStampTrust(PathMaterial material, ValidationPolicy policy, DateTimeOffset now, string file)
{
    /// <param name="facts">What the token's bytes say.</param>
    /// <param name="at">The time of the next archive time-stamp; now for the newest.</param>
    public TimeStampReport Judge(TimeStampFacts facts, DateTimeOffset at)
    {
        var findings = facts.Findings;
        var (indication, sub) = facts.Fault is { } fault ? (fault.Indication, (SubIndication?)fault.Sub) : (Indication.TotalPassed, null);
        if (facts.Certificate is { } certificate)
        {
            var paths = new PathValidation(material.With(facts.Material), file);
            var verdict = paths.Validate(certificate, PathPurpose.TimeStamping, at, now);
            if (GivenUp(verdict, facts) is { } last && last < at) verdict = paths.Validate(certificate, PathPurpose.TimeStamping, last, now);
            findings = findings.AddRange(verdict.Findings);
            var isLacking = verdict.SubIndication == SubIndication.TryLater && !policy.RequiresRevocation;
            if (sub is null && !isLacking) (indication, sub) = (verdict.Indication, verdict.SubIndication);
        }
        foreach (var weak in policy.Faults(facts.Algorithms, at))
        {
            findings = findings.Add(new Finding(SignatureRules.WeakAlgorithm, file, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), weak.Use.ToString()));
            if (sub is null) (indication, sub) = (Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe);
        }
        if (sub is null && facts.Token?.Time > now) (indication, sub) = (Indication.Indeterminate, SubIndication.TimestampOrderFailure);
        return new TimeStampReport
        {
            Kind = facts.Kind,
            Cryptographic = facts.Cryptographic,
            Sha256 = facts.Token is { } token ? ProofsOfExistence.Bytes(token.Encoded) : null,
            Time = facts.Token?.Time.ToUniversalTime(),
            Tsa = facts.Certificate?.Report,
            Indication = indication,
            SubIndication = sub,
            Findings = findings,
        };
    }

    // RFC 3161 §4: an authority that was given up, its key not lost, leaves the time-stamps of before valid; they are judged as of its last moment.
    private static DateTimeOffset? GivenUp(PathVerdict verdict, TimeStampFacts facts)
    {
        if (verdict.SubIndication != SubIndication.RevokedNoPoe) return null;
        var revoked = verdict.Revocation.Where(r => r.Facts.Status == RevocationStatus.Revoked).ToList();
        if (revoked.Exists(r => !r.Certificate.Is(verdict.Path[0]) || r.Facts.Reason is not (RevocationReason.AffiliationChanged or RevocationReason.Superseded or RevocationReason.CessationOfOperation))) return null;
        return revoked.Min(r => r.Facts.RevokedAt)?.AddSeconds(-1) is { } last && last >= facts.Token?.Time ? last : null;
    }
}
