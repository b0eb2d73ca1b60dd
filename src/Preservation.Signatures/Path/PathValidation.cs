using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>
/// Builds a path to a trust anchor and judges it at a time (RFC 5280 §6.1, shell model; ETSI EN 319 102-1 §5.2.6). Names are compared as
/// encoded. Certificate policies and name constraints are not judged: a critical name constraint fails the path.
/// </summary>
internal sealed class PathValidation(PathMaterial material, string file)
{
    private const string AnyPurpose = "2.5.29.37.0";
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <param name="target">Whose certificate.</param>
    /// <param name="purpose">What it was used for.</param>
    /// <param name="at">The time it is judged at: proven, or now.</param>
    /// <param name="now">The verification's own time, against which revocation lists must be current.</param>
    public PathVerdict Validate(Certificate target, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now)
    {
        var checks = material.Limits.MaxPathChecks;
        PathVerdict? best = null;
        foreach (var path in Build([target], ref checks))
        {
            var verdict = Judge(path, purpose, at, now);
            if (best is null || verdict.Indication < best.Indication || Rank(verdict) > Rank(best)) best = verdict;
            if (verdict.Indication == Indication.TotalPassed) break;
        }
        return best ?? new PathVerdict(
            Indication.Indeterminate, SubIndication.NoCertificateChainFound, [], [new Finding(SignatureRules.NoPath, file)]);
    }

    // A path that only lacks revocation data says more than one that breaks a rule.
    private static int Rank(PathVerdict verdict) => verdict.SubIndication switch
    {
        null => 4,
        SubIndication.TryLater => 3,
        SubIndication.OutOfBoundsNoPoe or SubIndication.RevokedNoPoe => 2,
        _ => 1,
    };

    private List<ImmutableArray<Certificate>> Build(ImmutableArray<Certificate> start, ref int checks)
    {
        var complete = new List<ImmutableArray<Certificate>>();
        var open = new Stack<ImmutableArray<Certificate>>([start]);
        while (open.TryPop(out var path))
        {
            var last = path[^1];
            if (material.Anchors.Certificates.Any(a => Same(a, last)))
            {
                complete.Add(path);
                continue;
            }
            if (path.Length >= material.Limits.MaxPathLength) continue;
            foreach (var issuer in material.Intermediates.Concat(material.Anchors.Certificates))
            {
                if (!issuer.Subject.Span.SequenceEqual(last.Issuer.Span) || path.Any(c => Same(c, issuer))) continue;
                if (--checks < 0) return complete;
                if (last.IsSignedBy(issuer)) open.Push(path.Add(issuer));
            }
        }
        return complete;
    }

    private static bool Same(Certificate a, Certificate b) => a.Encoded.Span.SequenceEqual(b.Encoded.Span);

    private PathVerdict Judge(ImmutableArray<Certificate> path, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        SubIndication? sub = null;
        JudgeUse(path, purpose, findings, ref sub);
        for (var i = 0; i < path.Length; i++)
        {
            var certificate = path[i];
            if (at < certificate.NotBefore || at > certificate.NotAfter)
            {
                sub ??= SubIndication.OutOfBoundsNoPoe;
                findings.Add(new Finding(SignatureRules.NotValidThen, file, Text(at),
                    $"{certificate.Report.Subject}: {Text(certificate.NotBefore)} – {Text(certificate.NotAfter)}"));
            }
            // The anchor is trusted because the operator says so, not because a list does not name it.
            if (i + 1 < path.Length) JudgeRevocation(certificate, path[i + 1], at, now, findings, ref sub);
        }
        return new PathVerdict(sub is null ? Indication.TotalPassed : Indication.Indeterminate, sub, path, findings.ToImmutable());
    }

    private void JudgeUse(
        ImmutableArray<Certificate> path, PathPurpose purpose, ImmutableArray<Finding>.Builder findings, ref SubIndication? sub)
    {
        foreach (var fault in UseFaults(path, purpose))
        {
            sub ??= SubIndication.ChainConstraintsFailure;
            findings.Add(new Finding(SignatureRules.PathConstraint, file, null, fault));
        }
    }

    private static IEnumerable<string> UseFaults(ImmutableArray<Certificate> path, PathPurpose purpose)
    {
        var target = path[0];
        if (target.KeyUsage is { } usage
            && (usage & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            yield return $"{target.Report.Subject}: keyUsage allows no signatures";
        if (purpose == PathPurpose.TimeStamping && target.ExtendedKeyUsage is not [TimeStamping])
            yield return $"{target.Report.Subject}: extendedKeyUsage is not id-kp-timeStamping alone";
        var below = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var certificate = path[i];
            foreach (var oid in certificate.UnknownCriticalExtensions)
                if (i + 1 < path.Length) yield return $"{certificate.Report.Subject}: critical extension {oid}";
            if (i == 0) continue;
            // An anchor of version 1 has no extensions at all; the operator's word stands for them.
            if (!certificate.IsAuthority && (i + 1 < path.Length || certificate.KeyUsage is not null))
                yield return $"{certificate.Report.Subject}: basicConstraints says no authority";
            if (certificate.KeyUsage is { } issuing && !issuing.HasFlag(X509KeyUsageFlags.KeyCertSign))
                yield return $"{certificate.Report.Subject}: keyUsage allows no certificates";
            if (certificate.PathLength is { } length && below > length)
                yield return $"{certificate.Report.Subject}: pathLenConstraint {length}";
            if (certificate.ExtendedKeyUsage is { } purposes && purpose == PathPurpose.TimeStamping
                && i + 1 < path.Length && !purposes.Contains(TimeStamping) && !purposes.Contains(AnyPurpose))
                yield return $"{certificate.Report.Subject}: extendedKeyUsage excludes time-stamping";
            if (!certificate.IsSelfIssued) below++;
        }
    }

    private void JudgeRevocation(
        Certificate certificate, Certificate issuer, DateTimeOffset at, DateTimeOffset now,
        ImmutableArray<Finding>.Builder findings, ref SubIndication? sub)
    {
        if (certificate.SaysNoRevocation) return;
        var known = false;
        foreach (var list in material.Crls)
        {
            if (!IsUsable(list, certificate, issuer, at, now)) continue;
            try
            {
                if (list.FindRevocation(certificate.SerialNumber) is { } revoked)
                {
                    known = true;
                    if (revoked > at) continue;
                    sub = sub is null or SubIndication.TryLater ? SubIndication.RevokedNoPoe : sub;
                    findings.Add(new Finding(SignatureRules.Revoked, file, Text(at), $"{certificate.Report.Subject}: {Text(revoked)}"));
                    return;
                }
                known = true;
            }
            catch (AsnContentException)
            {
                findings.Add(new Finding(SignatureRules.CertificateMalformed, file));
            }
        }
        if (known) return;
        sub ??= SubIndication.TryLater;
        findings.Add(new Finding(SignatureRules.NoRevocationData, file, null, certificate.Report.Subject));
    }

    // Issued by the certificate's issuer, already out, not before the certificate, still current when the certificate was used,
    // and not after its end, when the issuer may have dropped it from the list.
    private static bool IsUsable(
        CertificateRevocationList list, Certificate certificate, Certificate issuer, DateTimeOffset at, DateTimeOffset now) =>
        list.IsComplete
        && !(certificate.IsAuthority ? list.OnlyUsers : list.OnlyAuthorities)
        && list.Issuer.Span.SequenceEqual(certificate.Issuer.Span)
        && list.ThisUpdate <= now && list.ThisUpdate >= certificate.NotBefore
        && (list.NextUpdate ?? list.ThisUpdate) >= at
        && list.ThisUpdate <= certificate.NotAfter
        && list.IsSignedBy(issuer);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
