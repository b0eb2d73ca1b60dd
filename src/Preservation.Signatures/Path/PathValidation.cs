using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>
/// Finds paths to the trust anchors and judges them at a time (RFC 5280 §6.1, §6.3; RFC 6960; ETSI EN 319 102-1 §5.2.6). The first that holds
/// is the answer; if none does, the one that comes nearest.
/// </summary>
internal sealed class PathValidation
{
    private const string AnyPurpose = "2.5.29.37.0";
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";
    private const int MaxCandidates = 64;
    private readonly PathMaterial _material;
    private readonly string _file;
    private readonly PathOptions _options;
    private readonly PathIndex _index;
    private readonly PathWork? _shared;

    public PathValidation(PathMaterial material, string file, PathOptions? options = null)
        : this(material, file, options ?? PathOptions.Default, new PathIndex(material), null)
    {
    }

    /// <summary>Within the work of another verdict.</summary>
    internal PathValidation(PathMaterial material, string file, PathOptions options, PathIndex index, PathWork? shared)
    {
        _material = material;
        _file = file;
        _options = options;
        _index = index;
        _shared = shared;
    }

    /// <param name="target">Whose certificate.</param>
    /// <param name="purpose">What it was used for.</param>
    /// <param name="at">The time it is judged at: proven, or now.</param>
    /// <param name="now">The verification's own time; nothing made after it is used.</param>
    public PathVerdict Validate(Certificate target, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now) => ValidateTo(null, target, purpose, at, now);

    /// <summary>The same for paths that end at one anchor.</summary>
    internal PathVerdict ValidateTo(Certificate? anchor, Certificate target, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now)
    {
        var work = _shared ?? new PathWork(_material.Limits);
        var builder = new PathBuilder(_index, _material.Limits, work);
        PathVerdict? best = null;
        var unsupported = work.Unsupported.Count;
        foreach (var path in builder.Build(target, at, c => _index.Believed(c, purpose, at, now) is not null).Where(p => anchor is null || p[^1].Is(anchor)).Take(MaxCandidates))
        {
            var verdict = Judge(path, purpose, at, now, work);
            if (best is null || Rank(verdict) > Rank(best)) best = verdict;
            if (verdict.Indication == Indication.TotalPassed) return verdict;
        }
        return WithReasons(best ?? NoPath(target, builder, work), work, unsupported);
    }

    // A path that only lacks revocation data says more than one that breaks a rule.
    private static int Rank(PathVerdict verdict) => verdict.SubIndication switch
    {
        null => 4,
        SubIndication.TryLater => 3,
        SubIndication.OutOfBoundsNoPoe or SubIndication.RevokedNoPoe or SubIndication.NoCertificateChainFoundNoPoe => 2,
        _ => 1,
    };

    private static PathVerdict NoPath(Certificate target, PathBuilder builder, PathWork work)
    {
        var faults = builder.Rejected.DistinctBy(r => r.Text).Take(10).Append(new PathFault(
            PathFaultKind.NoPath, "RFC 5280 §6.1.3 (a)(4)", work.IsExhausted
                ? $"{target.Report.Subject}: the search for a path was given up after its bound"
                : $"{target.Report.Subject}: no path leads to a trust anchor"));
        return new PathVerdict(Indication.Indeterminate, SubIndication.NoCertificateChainFound, [], []) { Faults = [.. faults] };
    }

    // What could not be checked stands before what fails because of it.
    private PathVerdict WithReasons(PathVerdict verdict, PathWork work, int from)
    {
        var faults = work.Unsupported.Skip(from).Distinct().Select(u => new PathFault(PathFaultKind.Unsupported, "RFC 5280 §6.1.3 (a)(1)", u)).ToImmutableArray();
        faults = faults.AddRange(verdict.Faults);
        return verdict with { Faults = faults, Findings = [.. faults.Select(f => f.ToFinding(_file))] };
    }

    private PathVerdict Judge(ImmutableArray<Certificate> path, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now, PathWork work)
    {
        var times = Times(path, at);
        var faults = UseFaults(path, purpose).Concat(PathProcessing.Process(path, times, _options)).ToList();
        var anchor = _index.Believed(path[^1], purpose, at, now);
        if (anchor is null) faults.Add(AnchorFault(path[^1], purpose, at, now));
        var used = ImmutableArray.CreateBuilder<(Certificate, RevocationFacts)>();
        // The anchor is trusted because the operator says so, not because a list does not name it.
        for (var i = path.Length - 2; i >= 0; i--) JudgeRevocation(path, i, purpose, times[i], now, work, faults, used);
        return new PathVerdict(
            faults.Count == 0 ? Indication.TotalPassed : Indication.Indeterminate, Sub(faults), path, [.. faults.Select(f => f.ToFinding(_file))])
        {
            Anchor = anchor,
            Faults = [.. faults],
            Revocation = used.ToImmutable(),
        };
    }

    // An anchor counts when it was vouched for at the judged time, whatever the model of validity: it is the operator's word, and no certificate's.
    private PathFault AnchorFault(Certificate certificate, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now)
    {
        var known = _index.AnchorsOf(certificate).ToList();
        var hasEnded = known.Any(a => a.Until <= at && a.IsFor(purpose) && !a.IsStale(now));
        var times = string.Join(", ", known.Take(5).Select(Describe));
        return new PathFault(hasEnded ? PathFaultKind.AnchorEnded : PathFaultKind.AnchorNotBelieved, "ETSI TS 119 612 §5.5.5", $"{certificate.Report.Subject}: {times}", PathProcessing.Text(at));

        string Describe(TrustAnchor a) => string.Join(' ', new[]
        {
            a.Family, a.From is { } from ? PathProcessing.Text(from) : null, "…", a.Until is { } until ? PathProcessing.Text(until) : null,
            a.IsStale(now) ? $"(TRUST-EXPIRED {PathProcessing.Text(a.Source!.NextUpdate!.Value)})" : null,
        }.OfType<string>());
    }

    private ImmutableArray<DateTimeOffset> Times(ImmutableArray<Certificate> path, DateTimeOffset at) => _options.Model == ValidityModel.Shell
        ? [.. path.Select(_ => at)]
        : [at, .. path.Take(path.Length - 1).Select(below => below.NotBefore)];

    private static SubIndication? Sub(List<PathFault> faults) => faults.Count == 0 ? null : faults.Max(f => f.Kind) switch
    {
        PathFaultKind.NoRevocationData => SubIndication.TryLater,
        PathFaultKind.Revoked => SubIndication.RevokedNoPoe,
        PathFaultKind.Validity => SubIndication.OutOfBoundsNoPoe,
        PathFaultKind.AnchorEnded => SubIndication.NoCertificateChainFoundNoPoe,
        PathFaultKind.AnchorNotBelieved => SubIndication.NoCertificateChainFound,
        _ => SubIndication.ChainConstraintsFailure,
    };

    private static IEnumerable<PathFault> UseFaults(ImmutableArray<Certificate> path, PathPurpose purpose)
    {
        var target = path[0];
        if (purpose is PathPurpose.Signing or PathPurpose.TimeStamping && target.KeyUsage is { } usage
            && (usage & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0)
            yield return Fault("§4.2.1.3", target, "keyUsage allows no signatures");
        if (purpose != PathPurpose.TimeStamping) yield break;
        if (target.ExtendedKeyUsage is not [TimeStamping]) yield return Fault("§4.2.1.12", target, "extendedKeyUsage is not id-kp-timeStamping alone");
        foreach (var certificate in path.Skip(1).SkipLast(1))
            if (certificate.ExtendedKeyUsage is { } purposes && !purposes.Contains(TimeStamping) && !purposes.Contains(AnyPurpose))
                yield return Fault("§4.2.1.12", certificate, "extendedKeyUsage excludes time-stamping");
    }

    private static PathFault Fault(string clause, Certificate certificate, string text) =>
        new(PathFaultKind.Constraint, "RFC 5280 " + clause, $"{certificate.Report.Subject}: {text}");

    private void JudgeRevocation(
        ImmutableArray<Certificate> path, int i, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now, PathWork work,
        List<PathFault> faults, ImmutableArray<(Certificate, RevocationFacts)>.Builder used)
    {
        var certificate = path[i];
        if (certificate.SaysNoRevocation) return;
        var isNew = work.InProgress.Add(certificate.Fingerprint);
        var facts = new Revocation(_index, _material, work).Find(certificate, path[i + 1], path[^1], at, now);
        if (isNew) work.InProgress.Remove(certificate.Fingerprint);
        if (Revocation.Revoking(facts, at, now) is { } revoking)
        {
            used.Add((certificate, revoking));
            faults.Add(new PathFault(
                PathFaultKind.Revoked, "RFC 5280 §6.1.3 (a)(3)",
                $"{certificate.Report.Subject}: {PathProcessing.Text(revoking.RevokedAt!.Value)}, {revoking.Reason}", PathProcessing.Text(at)));
            return;
        }
        // For a signature, what was said before the certificate existed says nothing of it.
        var timely = purpose is PathPurpose.Any or PathPurpose.CrlSigning ? facts : facts.Where(f => f.ThisUpdate >= certificate.NotBefore);
        var clearing = Revocation.Clearing(timely, certificate, at, now);
        if (clearing.IsEmpty) faults.Add(new PathFault(PathFaultKind.NoRevocationData, "RFC 5280 §6.3.3 (l)", certificate.Report.Subject));
        else used.AddRange(clearing.Select(f => (certificate, f)));
    }
}
