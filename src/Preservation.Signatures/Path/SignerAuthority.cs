using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>May somebody other than the certificate's issuer speak of its revocation: a signer of lists, a responder.</summary>
internal sealed class SignerAuthority(PathIndex index, PathMaterial material, PathWork work)
{
    /// <summary>Who signed, and the path that gives him the right when he is not the issuer himself.</summary>
    internal sealed record Signer(Certificate Certificate, ImmutableArray<Certificate> Path);

    /// <summary>The path of a list's signer to the same anchor (RFC 5280 §6.3.3 (f)); null when there is none that holds.</summary>
    public ImmutableArray<Certificate>? PathOfListSigner(Certificate signer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        if (signer.Is(anchor)) return [];
        return Within(signer, () =>
        {
            var verdict = new PathValidation(material, "", PathOptions.Default, index, work)
                .ValidateTo(anchor, signer, PathPurpose.CrlSigning, at, now);
            return verdict.Indication == Indication.TotalPassed ? verdict.Path : (ImmutableArray<Certificate>?)null;
        });
    }

    /// <summary>
    /// A responder by delegation: its certificate comes from the very authority it answers for (RFC 6960 §4.2.2.2), is valid at the time, and
    /// is either exempt from checking or known not to be revoked (§4.2.2.2.1).
    /// </summary>
    public bool IsResponder(Certificate responder, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        if (!responder.IssuerName.Is(issuer.SubjectName) || work.Verify(responder, issuer) != KeyAnswer.Yes) return false;
        if (at < responder.NotBefore || at > responder.NotAfter) return false;
        if (responder.SaysNoOcspCheck) return true;
        return Within(responder, () => new Revocation(index, material, work).IsGood(responder, issuer, anchor, at, now) ? true : (bool?)null) ?? false;
    }

    // Not for a certificate whose own status is being asked for, and not without end.
    private T? Within<T>(Certificate certificate, Func<T?> judge)
        where T : struct
    {
        if (work.Depth >= PathWork.MaxDepth || !work.InProgress.Add(certificate.Fingerprint)) return null;
        work.Depth++;
        try
        {
            return judge();
        }
        finally
        {
            work.Depth--;
            work.InProgress.Remove(certificate.Fingerprint);
        }
    }
}
