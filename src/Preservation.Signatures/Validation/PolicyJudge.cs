using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Validation;

/// <summary>
/// Judges the facts of one file by one policy (EN 319 102-1): at the present time (§5.3), and where that fails for reasons that time alone brings, in the
/// past, as far as proofs of existence reach (§5.6). Time-stamps are judged from the newest to the oldest, since each may prove what the older rest on.
/// </summary>
/// <param name="material">Where paths and revocation data are.</param>
/// <param name="policy">The rules.</param>
/// <param name="now">The verification's time.</param>
/// <param name="file">Path for findings.</param>
/// <param name="existedSince">When something outside the file proves that it existed; null when nothing does.</param>
internal sealed class PolicyJudge(PathMaterial material, ValidationPolicy policy, DateTimeOffset now, string file, DateTimeOffset? existedSince = null)
{
    private readonly ProofsOfExistence _proofs = new(now);
    private readonly PathValidation _paths = new(material, file, new PathOptions { Model = policy.Model });
    private readonly PathValidation _shell = new(material, file);
    private readonly Dictionary<TimeStampFacts, Judgement> _stamps = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SignatureFacts, Judgement> _signatures = new(ReferenceEqualityComparer.Instance);
    private readonly List<WantedMaterial> _wanted = [];
    private readonly List<ReadOnlyMemory<byte>> _used = [];

    /// <summary>What better verdicts would need.</summary>
    public IReadOnlyList<WantedMaterial> Wanted => _wanted;

    /// <summary>What the verdicts rest on.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Used => _used;

    /// <summary>Judges every time-stamp of the file and draws from each that passes what it proves.</summary>
    public void JudgeTimeStamps(FileFacts facts)
    {
        var all = new List<(TimeStampFacts Stamp, SignatureFacts? Owner)>(facts.TimeStamps.Select(t => (t, (SignatureFacts?)null)));
        foreach (var signature in facts.Signatures) Gather(signature);
        var byId = Flatten(facts.Signatures).ToDictionary(s => s.Id, StringComparer.Ordinal);
        if (existedSince is { } since && since < now && !policy.TakesClaimedTime) Prove(facts, byId.Values, since);
        foreach (var (stamp, owner) in all.OrderByDescending(s => s.Stamp.Token?.Time ?? DateTimeOffset.MinValue))
        {
            var judgement = _stamps[stamp] = Judge(stamp);
            if (judgement.IsPassed) Prove(stamp, owner, all, byId);
        }

        void Gather(SignatureFacts signature)
        {
            all.AddRange(signature.TimeStamps.Select(t => (t, (SignatureFacts?)signature)));
            foreach (var counter in signature.CounterSignatures) Gather(counter);
        }
    }

    /// <summary>The earliest proven time of a signature; null when none is.</summary>
    public DateTimeOffset? ProvenTime(SignatureFacts facts) =>
        _proofs.Of(ProofsOfExistence.Signature(facts.Id)) is var time && time < now ? time : null;

    /// <summary>The policy's verdict on a signature.</summary>
    public PolicyVerdict Verdict(SignatureFacts facts)
    {
        var judgement = Judge(facts);
        return new PolicyVerdict(policy.Id, judgement.Indication, judgement.Sub, judgement.At.ToUniversalTime(), judgement.Basis) { Anchor = AnchorReport.Of(judgement.Anchor) };
    }

    /// <summary>The verdict with what it rests on.</summary>
    public Judgement Judge(SignatureFacts facts)
    {
        if (_signatures.TryGetValue(facts, out var known)) return known;
        var proven = ProvenTime(facts);
        var start = Start(facts.Fault, facts.Coverage == Coverage.Unclear);
        if (facts.Certificate is not { } certificate) return _signatures[facts] = start;
        Judgement judgement;
        if (policy.TakesClaimedTime)
        {
            var (at, basis) = proven is { } time ? (time, "proven") : facts.ClaimedTime is { } claimed && claimed <= now ? (claimed, "claimed") : existedSince < now ? (existedSince.Value, "proven") : (now, "now");
            judgement = JudgeAt(certificate, PathPurpose.Signing, facts.Algorithms, at) with { Basis = basis };
        }
        else judgement = Judge(certificate, PathPurpose.Signing, facts.Algorithms, proven);
        judgement = AfterContentTimeStamp(facts, certificate, judgement);
        if (start.Sub is { } sub) judgement = judgement with { Indication = start.Indication, Sub = sub };
        return _signatures[facts] = judgement;
    }

    /// <summary>The report of a time-stamp that was judged with its file.</summary>
    public TimeStampReport Report(TimeStampFacts facts) => Report(facts, _stamps[facts]);

    /// <summary>The report of a time-stamp at its own time.</summary>
    public TimeStampReport ReportAtOwnTime(TimeStampFacts facts) => Report(facts, JudgeOwnTime(facts));

    private static TimeStampReport Report(TimeStampFacts facts, Judgement judgement) => new()
    {
        Kind = facts.Kind,
        Cryptographic = facts.Cryptographic,
        Sha256 = facts.Token is { } token ? ProofsOfExistence.Bytes(token.Encoded) : null,
        Time = facts.Token?.Time.ToUniversalTime(),
        Tsa = facts.Certificate?.Report,
        Coverage = facts.Coverage,
        Anchor = AnchorReport.Of(judgement.Anchor),
        Indication = judgement.Indication,
        SubIndication = judgement.Sub,
        Findings = [.. facts.Findings, .. judgement.Findings],
    };

    private Judgement Start((Indication Indication, SubIndication Sub)? fault, bool isUnclear) =>
        fault is { } found ? new Judgement(found.Indication, found.Sub, now)
        : isUnclear ? new Judgement(Indication.Indeterminate, SubIndication.SigConstraintsFailure, now)
        : new Judgement(Indication.TotalPassed, null, now);

    private Judgement Judge(TimeStampFacts facts)
    {
        if (policy.BelievesTimeStampsAtTheirTime) return JudgeOwnTime(facts);
        var start = Start(facts.Fault, facts.Coverage == Coverage.Unclear);
        if (facts is not { Certificate: { } certificate, Token: { } token }) return start;
        var proven = _proofs.Of(ProofsOfExistence.Bytes(token.Encoded)) is var time && time < now ? time : (DateTimeOffset?)null;
        var judgement = Judge(certificate, PathPurpose.TimeStamping, facts.Algorithms, proven);
        return Finish(start, judgement, token.Time);
    }

    private Judgement JudgeOwnTime(TimeStampFacts facts)
    {
        var start = Start(facts.Fault, facts.Coverage == Coverage.Unclear);
        if (facts is not { Certificate: { } certificate, Token: { } token }) return start;
        return Finish(start, JudgeAt(certificate, PathPurpose.TimeStamping, facts.Algorithms, token.Time), token.Time);
    }

    private Judgement Finish(Judgement start, Judgement judgement, DateTimeOffset time)
    {
        if (start.Sub is { } sub) return judgement with { Indication = start.Indication, Sub = sub };
        return time > now ? judgement.Because(Indication.Indeterminate, SubIndication.TimestampOrderFailure) : judgement;
    }

    // §5.3, and where the present fails only because time went by, §5.6.2.4.
    private Judgement Judge(Certificate certificate, PathPurpose purpose, ImmutableArray<AlgorithmUse> uses, DateTimeOffset? proven)
    {
        var present = JudgeAt(certificate, purpose, uses, now);
        if (present.IsPassed || proven is not { } time) return present;
        var past = JudgeAt(certificate, purpose, uses, time) with { Basis = "proven" };
        if (!past.IsPassed)
            return time < certificate.NotBefore && past.Sub == SubIndication.OutOfBoundsNoPoe
                ? past with { Indication = Indication.TotalFailed, Sub = SubIndication.NotYetValid } : past;
        if (TimeSliding.ControlTime(past.Path, past.Anchor?.Until, material, policy, _proofs, now, _used) is { } control && time <= control) return past;
        var sub = present.Sub is SubIndication.RevokedNoPoe or SubIndication.RevokedCaNoPoe or SubIndication.OutOfBoundsNoPoe or SubIndication.CryptoConstraintsFailureNoPoe or SubIndication.NoCertificateChainFoundNoPoe
            ? present.Sub.Value : SubIndication.NoPoe;
        return past with { Indication = Indication.Indeterminate, Sub = sub, Findings = past.Findings.Add(new Finding(SignatureRules.ProofGap, file)) };
    }

    private Judgement JudgeAt(Certificate certificate, PathPurpose purpose, ImmutableArray<AlgorithmUse> uses, DateTimeOffset at)
    {
        var verdict = (purpose == PathPurpose.Signing ? _paths : _shell).Validate(certificate, purpose, at, now);
        var judgement = Decide(verdict, at);
        foreach (var fault in policy.Faults(uses.Concat(UsesOf(verdict)), at).DistinctBy(f => f.Use))
        {
            judgement = judgement with { Findings = judgement.Findings.Add(new Finding(SignatureRules.WeakAlgorithm, file, Text(at), fault.Use.ToString())) };
            judgement = judgement.Because(Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe);
        }
        _used.AddRange(verdict.Path.Select(c => c.Encoded));
        _used.AddRange(verdict.Revocation.Select(r => r.Facts.Source));
        _used.AddRange(verdict.Revocation.Select(r => r.Facts.BaseSource).OfType<ReadOnlyMemory<byte>>());
        _used.AddRange(verdict.Revocation.SelectMany(r => r.Facts.SignerPath).Select(c => c.Encoded));
        if (!verdict.Path.IsEmpty || verdict.SubIndication == SubIndication.NoCertificateChainFound) Want(certificate, verdict);
        return judgement;
    }

    private Judgement Decide(PathVerdict verdict, DateTimeOffset at)
    {
        var (indication, sub, findings) = (verdict.Indication, verdict.SubIndication, verdict.Findings);
        // An authority that was revoked is told apart from a signer that was.
        if (sub == SubIndication.RevokedNoPoe && verdict.Revocation.Any(r => r.Facts.RevokedAt is not null && r.Certificate != verdict.Path[0])) sub = SubIndication.RevokedCaNoPoe;
        if (sub == SubIndication.TryLater && !policy.RequiresRevocation) (indication, sub) = (Indication.TotalPassed, null);
        return new Judgement(indication, sub, at)
        {
            Path = verdict.Path,
            Anchor = verdict.Anchor,
            Revocation = [.. verdict.Revocation.Select(r => new RevocationReport(
                r.Certificate.Fingerprint, r.Facts.IsOcsp ? "OCSP" : "CRL", ProofsOfExistence.Bytes(r.Facts.Source), r.Facts.ThisUpdate.ToUniversalTime(), r.Facts.NextUpdate?.ToUniversalTime(), r.Facts.RevokedAt?.ToUniversalTime()))],
            Findings = findings,
        };
    }

    private static IEnumerable<AlgorithmUse> UsesOf(PathVerdict verdict)
    {
        for (var i = 0; i + 1 < verdict.Path.Length; i++)
            foreach (var use in SignatureScheme.Read(verdict.Path[i].SignatureAlgorithm).Uses(verdict.Path[i + 1].Key)) yield return use;
        foreach (var use in verdict.Revocation.SelectMany(r => r.Facts.Algorithms)) yield return use;
    }

    // §5.2.6, §5.5.4: a time-stamp over the content, made before signing, proves that signing came later still.
    private Judgement AfterContentTimeStamp(SignatureFacts facts, Certificate certificate, Judgement judgement)
    {
        var after = facts.TimeStamps.Where(t => t.Kind == "content" && _stamps.TryGetValue(t, out var stamp) && stamp.IsPassed).Select(t => t.Token?.Time).Max();
        if (after is not { } time) return judgement;
        if (time > certificate.NotAfter) return judgement with { Indication = Indication.TotalFailed, Sub = SubIndication.Expired };
        if (judgement.Revocation.Any(r => r.Certificate == certificate.Fingerprint && r.RevokedAt < time)) return judgement with { Indication = Indication.TotalFailed, Sub = SubIndication.Revoked };
        return ProvenTime(facts) < time ? judgement.Because(Indication.Indeterminate, SubIndication.TimestampOrderFailure) : judgement;
    }

    // §5.6.2.3: with the file everything in it existed.
    private void Prove(FileFacts facts, IEnumerable<SignatureFacts> signatures, DateTimeOffset since)
    {
        foreach (var signature in signatures)
        {
            _proofs.Add(ProofsOfExistence.Signature(signature.Id), since);
            _proofs.Add(signature.Material, since);
            foreach (var stamp in signature.TimeStamps) Prove(stamp);
        }
        foreach (var stamp in facts.TimeStamps) Prove(stamp);

        void Prove(TimeStampFacts stamp)
        {
            _proofs.Add(stamp.Material, since);
            if (stamp.Token is { } token) _proofs.Add(ProofsOfExistence.Bytes(token.Encoded), since);
        }
    }

    // §5.6.2.3: what a time-stamp is over existed when it was made.
    private void Prove(TimeStampFacts stamp, SignatureFacts? owner, List<(TimeStampFacts Stamp, SignatureFacts? Owner)> all, Dictionary<string, SignatureFacts> byId)
    {
        if (stamp.Kind == "content") return;
        var time = stamp.Token!.Time;
        foreach (var signature in owner is not null ? [owner] : stamp.CoveredSignatures.Where(byId.ContainsKey).Select(id => byId[id]))
        {
            _proofs.Add(ProofsOfExistence.Signature(signature.Id), time);
            if (signature is { ProtectsCertificate: true, Certificate: { } certificate }) _proofs.Add(ProofsOfExistence.Bytes(certificate.Encoded), time);
            if (stamp.Kind is not ("archive" or "document" or "references")) continue;
            if (stamp.Kind != "references") _proofs.Add(stamp.Covers ?? signature.Material, time);
            foreach (var (older, its) in all)
            {
                if (older.Token is not { } token || token.Time >= time || older == stamp || (its != signature && its is not null)) continue;
                _proofs.Add(ProofsOfExistence.Bytes(token.Encoded), time);
                if (stamp.Kind != "references") _proofs.Add(older.Material, time);
            }
        }
    }

    private void Want(Certificate certificate, PathVerdict verdict)
    {
        if (verdict.Path.IsEmpty)
        {
            foreach (var lacking in new[] { certificate }.Concat(material.Intermediates))
                if (!lacking.Extensions.CaIssuers.IsEmpty && !material.Known.Any(k => k.SubjectName.Is(lacking.IssuerName)))
                    _wanted.Add(new WantedMaterial(WantedKind.Issuer, lacking.Encoded, default, lacking.Extensions.CaIssuers, lacking.NotAfter));
            return;
        }
        for (var i = 0; i + 1 < verdict.Path.Length; i++)
        {
            var (one, issuer) = (verdict.Path[i], verdict.Path[i + 1]);
            if (one.SaysNoRevocation || verdict.Revocation.Any(r => r.Certificate == one)) continue;
            if (!one.Extensions.OcspUrls.IsEmpty) _wanted.Add(new WantedMaterial(WantedKind.Ocsp, one.Encoded, issuer.Encoded, one.Extensions.OcspUrls, one.NotAfter));
            var lists = one.Extensions.DistributionPoints.SelectMany(d => d.Name?.Urls ?? []).Distinct().ToImmutableArray();
            if (!lists.IsEmpty) _wanted.Add(new WantedMaterial(WantedKind.Crl, one.Encoded, issuer.Encoded, lists, one.NotAfter));
        }
    }

    private static IEnumerable<SignatureFacts> Flatten(IEnumerable<SignatureFacts> signatures) =>
        signatures.SelectMany(s => Flatten(s.CounterSignatures).Prepend(s));

    private static string Text(DateTimeOffset time) => PathProcessing.Text(time);
}
