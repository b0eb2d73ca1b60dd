using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Core.Digests;
using Preservation.Evidence.Planning;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.TimeStamps;

/// <summary>How the certificates above a token stand at a time: what is known of their revocation, by which lists and responses, and where newer ones may be had.</summary>
/// <param name="Path">From the authority's certificate to the anchor, DER; empty when no path was found.</param>
/// <param name="Revocations">Those of them that are or will be revoked; a hold is none, since it may end.</param>
/// <param name="Material">Certificates below the anchor, lists and responses that say how they stand: what a renewal adds to the token.</param>
/// <param name="Wishes">Lists and responses about them, as their certificates say, whether or not they are at hand.</param>
public sealed record AuthorityStatus(
    ImmutableArray<ReadOnlyMemory<byte>> Path, ImmutableArray<AuthorityStatus.Revoked> Revocations, ImmutableArray<ReadOnlyMemory<byte>> Material, ImmutableArray<WantedMaterial> Wishes)
{
    /// <summary>One revoked certificate.</summary>
    /// <param name="Certificate">Which one, DER.</param>
    /// <param name="Revocation">From when, and whether older tokens stand.</param>
    /// <param name="Reason">CRLReason (RFC 5280 §5.3.1), or that none is given.</param>
    /// <param name="Source">Kind and SHA-256 of the list or response.</param>
    public sealed record Revoked(ReadOnlyMemory<byte> Certificate, TokenRevocation Revocation, string Reason, string Source);

    /// <summary>Looks at a token's authority.</summary>
    /// <param name="token">The token.</param>
    /// <param name="policy">Anchors, and the certificates, lists and responses at hand.</param>
    /// <param name="now">The time; nothing made after it is used.</param>
    public static AuthorityStatus Of(TimeStampToken token, VerificationPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(policy);
        var material = PathMaterial.From(policy, "token");
        var facts = TimeStampReader.Read("token", token, _ => [token.Imprint.ToArray()], "token", material.Known);
        if (facts.Certificate is not { } own) return new AuthorityStatus([], [], [], []);
        material = material.With(facts.Material);
        var paths = new PathValidation(material, "token");
        var verdict = paths.Validate(own, PathPurpose.TimeStamping, now, now);
        // An authority that has ended meanwhile is looked at as of its token.
        if (verdict.Path.IsEmpty) verdict = paths.Validate(own, PathPurpose.TimeStamping, token.Time, now);
        var path = verdict.Path.IsEmpty ? [own] : verdict.Path;
        var revoked = ImmutableArray.CreateBuilder<Revoked>();
        var used = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var wishes = ImmutableArray.CreateBuilder<WantedMaterial>();
        for (var i = 0; i + 1 < path.Length; i++)
        {
            used.Add(path[i].Encoded);
            if (path[i].SaysNoRevocation) continue;
            wishes.AddRange(WishesOf(path[i], path[i + 1]));
            var known = Signatures.Path.Revocation.Find(path[i], path[i + 1], path[^1], material, now, now);
            foreach (var newest in known.GroupBy(f => (f.IsOcsp, f.Reasons, f.Status)).Select(g => g.First()))
            {
                used.Add(newest.Source);
                if (newest.BaseSource is { } below) used.Add(below);
                used.AddRange(newest.SignerPath.SkipLast(1).Select(c => c.Encoded));
                if (newest is { Status: RevocationStatus.Revoked, RevokedAt: { } from } && newest.Reason != RevocationReason.CertificateHold) revoked.Add(Told(path[i], newest, from));
            }
        }
        var all = used.DistinctBy(u => Convert.ToHexString(SHA256.HashData(u.Span))).ToImmutableArray();
        return new AuthorityStatus(verdict.Path.IsEmpty ? [] : [.. path.Select(c => c.Encoded)], revoked.ToImmutable(), all, wishes.ToImmutable());
    }

    // RFC 3161 §4 lets older tokens stand where the key was not lost; no reason at all says nothing of the kind.
    private static Revoked Told(Certificate certificate, RevocationFacts facts, DateTimeOffset from)
    {
        var isCompromise = facts.Reason is not (RevocationReason.AffiliationChanged or RevocationReason.Superseded or RevocationReason.CessationOfOperation);
        return new Revoked(certificate.Encoded, new TokenRevocation(from.ToUniversalTime(), isCompromise), facts.Reason?.ToString() ?? "none given",
            $"{(facts.IsOcsp ? "OCSP" : "CRL")} {Convert.ToHexStringLower(DigestAlgorithm.Sha256.Compute(facts.Source.Span).Bytes.AsSpan())}");
    }

    private static IEnumerable<WantedMaterial> WishesOf(Certificate one, Certificate issuer)
    {
        if (!one.Extensions.OcspUrls.IsEmpty) yield return new WantedMaterial(WantedKind.Ocsp, one.Encoded, issuer.Encoded, one.Extensions.OcspUrls, one.NotAfter);
        var lists = one.Extensions.DistributionPoints.SelectMany(d => d.Name?.Urls ?? []).Distinct().ToImmutableArray();
        if (!lists.IsEmpty) yield return new WantedMaterial(WantedKind.Crl, one.Encoded, issuer.Encoded, lists, one.NotAfter);
    }
}
