using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>What the OCSP responses say of a certificate (RFC 6960 §3.2).</summary>
internal sealed class OcspRevocation(PathIndex index, SignerAuthority authority, PathWork work)
{
    private const int MaxResponses = 16;

    /// <summary>What the newest responses about the certificate say, of those made before the time and of those made after it.</summary>
    public IEnumerable<RevocationFacts> Find(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        var relevant = index.Responses.TakeWhile(_ => work.Step())
            .Where(r => !r.HasUnknownCritical && r.ProducedAt <= now)
            .Select(r => (Response: r, Answers: r.Answers.Where(a => !a.HasUnknownCritical && a.ThisUpdate <= now && a.Names(certificate, issuer)).ToList()))
            .Where(r => r.Answers.Count > 0)
            .OrderByDescending(r => r.Response.ProducedAt)
            .GroupBy(r => r.Response.ProducedAt > at).SelectMany(g => g.Take(MaxResponses));
        foreach (var (response, answers) in relevant)
        {
            if (SignerOf(response, issuer, anchor, at, now) is not { } signer) continue;
            foreach (var answer in answers) yield return Facts(response, answer, signer);
        }
    }

    private SignerAuthority.Signer? SignerOf(OcspResponse response, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        if (response.IsBy(issuer) && Verifies(response, issuer)) return new SignerAuthority.Signer(issuer, []);
        foreach (var candidate in response.Certificates.Concat(index.WithSubjectOf(response)))
        {
            if (!work.Step()) return null;
            if (!response.IsBy(candidate) || !OcspResponse.MayAnswer(candidate) || !Verifies(response, candidate)) continue;
            var time = at > response.ProducedAt ? at : response.ProducedAt;
            if (authority.IsResponder(candidate, issuer, anchor, time, now)) return new SignerAuthority.Signer(candidate, [candidate, issuer]);
        }
        return null;
    }

    private bool Verifies(OcspResponse response, Certificate signer)
    {
        if (!work.Check()) return false;
        var answer = response.VerifiedBy(signer);
        if (answer == KeyAnswer.Unsupported) work.Unsupported.Add($"OCSP response of {signer.Report.Subject}");
        return answer == KeyAnswer.Yes;
    }

    private static RevocationFacts Facts(OcspResponse response, OcspAnswer answer, SignerAuthority.Signer signer) => new()
    {
        Status = answer.Status,
        RevokedAt = answer.RevokedAt,
        Reason = answer.Status == RevocationStatus.Revoked ? answer.Reason ?? RevocationReason.Unspecified : null,
        IsOcsp = true,
        Source = response.Encoded,
        ThisUpdate = answer.ThisUpdate,
        NextUpdate = answer.NextUpdate,
        ProducedAt = response.ProducedAt,
        KeepsSince = answer.ArchiveCutoff,
        Signer = signer.Certificate,
        SignerPath = signer.Path,
        Algorithms = [.. response.Uses(signer.Certificate)],
    };
}
