using System.Collections.Immutable;

namespace Preservation.Signatures.Path;

/// <summary>Gathers what lists and responses say of a certificate, and decides by it.</summary>
internal sealed class Revocation(PathIndex index, PathMaterial material, PathWork work)
{
    private readonly CrlRevocation _lists = new(index, new SignerAuthority(index, material, work), work);
    private readonly OcspRevocation _responses = new(index, new SignerAuthority(index, material, work), work);

    /// <summary>
    /// What the material says of a certificate, the newest first: of the lists of one scope and of the responses the newest few made before the
    /// time and the newest few made after it, and of lists also the newest few that were current at it. Whether a fact decides for a time is for <see cref="Revoking"/> and <see cref="Clearing"/>.
    /// </summary>
    /// <param name="certificate">Of whom.</param>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="anchor">Where its path ends: signers of lists must come from there too.</param>
    /// <param name="material">Certificates, lists and responses.</param>
    /// <param name="at">The judged time: signers must have been valid then, or when they signed if that was later.</param>
    /// <param name="now">Nothing made after it is used.</param>
    public static ImmutableArray<RevocationFacts> Find(
        Certificate certificate, Certificate issuer, Certificate anchor, PathMaterial material, DateTimeOffset at, DateTimeOffset now)
    {
        var work = new PathWork(material.Limits);
        work.InProgress.Add(certificate.Fingerprint);
        return new Revocation(new PathIndex(material), material, work).Find(certificate, issuer, anchor, at, now);
    }

    /// <summary>The same within one verdict's work.</summary>
    public ImmutableArray<RevocationFacts> Find(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now) =>
        [.. _responses.Find(certificate, issuer, anchor, at, now).Concat(_lists.Find(certificate, issuer, anchor, at, now))
            .OrderByDescending(f => f.ThisUpdate).ThenByDescending(f => f.BaseSource is not null)];

    /// <summary>
    /// The fact that revokes at a time: any, but a hold that something newer says has ended.
    /// </summary>
    public static RevocationFacts? Revoking(IReadOnlyCollection<RevocationFacts> facts, DateTimeOffset at, DateTimeOffset now) =>
        facts.FirstOrDefault(f => f.SaysRevoked(at, now) && !(f.Reason == RevocationReason.CertificateHold && facts.Any(
            newer => newer.Status == RevocationStatus.Good && newer.ThisUpdate <= now && (newer.Reasons & f.Reasons) == f.Reasons
                && (newer.ThisUpdate > f.ThisUpdate || (newer.BaseSource is { } source && f.BaseSource is null && source.Span == f.Source.Span)))));

    /// <summary>The facts by which a certificate was not revoked at a time for any reason; empty when they leave a reason open (§6.3.3 (l)).</summary>
    public static ImmutableArray<RevocationFacts> Clearing(
        IEnumerable<RevocationFacts> facts, Certificate certificate, DateTimeOffset at, DateTimeOffset now)
    {
        var used = ImmutableArray.CreateBuilder<RevocationFacts>();
        var open = RevocationReasons.All;
        foreach (var fact in facts)
        {
            if (fact.Status == RevocationStatus.Unknown || (fact.Reasons & open) == 0 || !fact.Covers(certificate, at, now)) continue;
            used.Add(fact);
            open &= ~fact.Reasons;
            if (open == RevocationReasons.None) return used.ToImmutable();
        }
        return [];
    }

    /// <summary>Known not to be revoked at a time.</summary>
    public bool IsGood(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        var facts = Find(certificate, issuer, anchor, at, now);
        return Revoking(facts, at, now) is null && !Clearing(facts, certificate, at, now).IsEmpty;
    }
}
