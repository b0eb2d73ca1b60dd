using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Validation;

/// <summary>
/// The validation time sliding process (EN 319 102-1 §5.6.2.2): up to which time what is said about a path can still be relied on, going back from now
/// as certificates are revoked, revocation data grows old and algorithms weaken.
/// </summary>
internal static class TimeSliding
{
    /// <summary>The control time; null when the proofs do not reach.</summary>
    /// <param name="path">From the certificate to its anchor.</param>
    /// <param name="anchorUntil">From when the anchor is no longer believed; what is said below it can be relied on up to then.</param>
    /// <param name="material">Where revocation data is.</param>
    /// <param name="policy">When algorithms end, and whether revocation data is asked for.</param>
    /// <param name="proofs">What is known to have existed since when.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="used">Where the revocation data is noted that the answer rests on.</param>
    public static DateTimeOffset? ControlTime(
        ImmutableArray<Certificate> path, DateTimeOffset? anchorUntil, PathMaterial material, ValidationPolicy policy, ProofsOfExistence proofs, DateTimeOffset now, List<ReadOnlyMemory<byte>> used)
    {
        var control = anchorUntil < now ? anchorUntil.Value : now;
        for (var i = path.Length - 2; i >= 0; i--)
        {
            var (certificate, issuer) = (path[i], path[i + 1]);
            if (proofs.Of(ProofsOfExistence.Bytes(certificate.Encoded)) > control) return null;
            control = Slide(control, SignatureScheme.Read(certificate.SignatureAlgorithm).Uses(issuer.Key), policy);
            if (certificate.SaysNoRevocation || !policy.RequiresRevocation) continue;
            var at = control;
            var known = Revocation.Find(certificate, issuer, path[^1], material, at, now)
                .Where(f => f.ThisUpdate <= at && proofs.Of(ProofsOfExistence.Bytes(f.Source)) <= at).ToList();
            if (Revocation.Revoking(known, at, now) is { } revoking)
            {
                Use(revoking, used);
                control = Slide(revoking.RevokedAt!.Value, revoking.Algorithms, policy);
                continue;
            }
            if (known.Where(f => f.Status == RevocationStatus.Good).MaxBy(f => f.ThisUpdate) is not { } newest) return null;
            Use(newest, used);
            if ((newest.NextUpdate ?? newest.ThisUpdate) < control) control = newest.ThisUpdate;
            control = Slide(control, newest.Algorithms, policy);
        }
        return control;
    }

    private static void Use(RevocationFacts facts, List<ReadOnlyMemory<byte>> used)
    {
        used.Add(facts.Source);
        if (facts.BaseSource is { } complete) used.Add(complete);
        used.AddRange(facts.SignerPath.Select(c => c.Encoded));
    }

    private static DateTimeOffset Slide(DateTimeOffset control, IEnumerable<AlgorithmUse> uses, ValidationPolicy policy)
    {
        foreach (var fault in policy.Faults(uses, control))
            if (fault.ReliableUntil < control) control = fault.ReliableUntil;
        return control;
    }
}
