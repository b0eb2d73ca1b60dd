using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>What the OCSP responses say of a certificate (RFC 6960 §3.2).</summary>
internal sealed class OcspRevocation(PathIndex index, SignerAuthority authority, PathWork work)
{
    public IEnumerable<RevocationFacts> Find(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        foreach (var response in index.Responses)
        {
            if (response.HasUnknownCritical || response.ProducedAt > now) continue;
            if (!work.Step()) break;
            SignerAuthority.Signer? signer = null;
            foreach (var answer in response.Answers)
            {
                if (answer.HasUnknownCritical || answer.ThisUpdate > now || !answer.Names(certificate, issuer)) continue;
                signer ??= SignerOf(response, issuer, anchor, at, now);
                if (signer is null) break;
                yield return Facts(response, answer, signer);
            }
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
