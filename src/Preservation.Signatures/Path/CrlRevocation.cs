using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>What the revocation lists say of a certificate (RFC 5280 §6.3.3).</summary>
internal sealed class CrlRevocation(PathIndex index, SignerAuthority authority, PathWork work)
{
    private readonly Dictionary<CertificateRevocationList, SignerAuthority.Signer?> _signers = [];

    public IEnumerable<RevocationFacts> Find(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        var usable = new List<(CertificateRevocationList List, RevocationReasons Reasons, SignerAuthority.Signer Signer)>();
        foreach (var list in Candidates(certificate))
        {
            if (!work.Step()) break;
            if (list.ThisUpdate > now || CrlScope.Reasons(list, certificate) is not (not RevocationReasons.None and var reasons)) continue;
            if (!list.IsUsable || SignerOf(list, certificate, issuer, anchor, at, now) is not { } signer) continue;
            usable.Add((list, reasons, signer));
        }
        foreach (var (list, reasons, signer) in usable.Where(u => !u.List.IsDelta))
        {
            yield return Facts(certificate, list, null, reasons, signer);
            // RFC 5280 §6.3.3 (a), (c), (h): a delta of the same scope and key, that begins at this list or before and goes beyond it.
            foreach (var delta in usable.Where(u => u.List.IsDelta && u.List.NextUpdate >= at && list.NextUpdate >= at && IsDeltaOf(u.List, list) && u.Signer.Certificate.Is(signer.Certificate)))
                yield return Facts(certificate, delta.List, list, reasons, delta.Signer);
        }
    }

    private IEnumerable<CertificateRevocationList> Candidates(Certificate certificate) =>
        certificate.Extensions.DistributionPoints.SelectMany(p => p.CrlIssuer).Select(n => n.Directory).OfType<DistinguishedName>()
            .Append(certificate.IssuerName).DistinctBy(n => n.Key).SelectMany(index.ListsOf).OrderByDescending(l => l.ThisUpdate);

    private static bool IsDeltaOf(CertificateRevocationList delta, CertificateRevocationList list) =>
        delta.IssuerName.Is(list.IssuerName) && list.Number is { } number && delta.Number is { } later
        && number >= delta.BaseNumber && number < later
        && Same(delta.Scope?.Encoded, list.Scope?.Encoded) && Same(delta.AuthorityKeyId, list.AuthorityKeyId);

    private static bool Same(ReadOnlyMemory<byte>? a, ReadOnlyMemory<byte>? b) =>
        a is null ? b is null : b is not null && a.Value.Span.SequenceEqual(b.Value.Span);

    private SignerAuthority.Signer? SignerOf(
        CertificateRevocationList list, Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        if (_signers.TryGetValue(list, out var known) && known is not null && !known.Certificate.Is(certificate)) return known;
        var signer = FindSigner(list, certificate, issuer, anchor, at, now);
        _signers[list] = signer;
        return signer;
    }

    private SignerAuthority.Signer? FindSigner(
        CertificateRevocationList list, Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        // The key that signed the certificate itself needs no path of its own (RFC 5280 §6.3.3 (f)).
        if (list.IssuerName.Is(issuer.SubjectName) && Verifies(list, issuer)) return new SignerAuthority.Signer(issuer, []);
        foreach (var candidate in index.WithSubject(list.IssuerName).Where(c => c.Key.Fingerprint != issuer.Key.Fingerprint))
        {
            if (!work.Step()) return null;
            if (!Verifies(list, candidate)) continue;
            if (candidate.Is(certificate))
            {
                // Its issuer says that the only list for it is its own.
                if (CrlScope.IsOwnIssuer(certificate)) return new SignerAuthority.Signer(candidate, []);
                continue;
            }
            if (authority.PathOfListSigner(candidate, anchor, Later(at, list.ThisUpdate), now) is { } path)
                return new SignerAuthority.Signer(candidate, path);
        }
        return null;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private bool Verifies(CertificateRevocationList list, Certificate signer)
    {
        if (!work.Check()) return false;
        var answer = list.VerifiedBy(signer);
        if (answer == KeyAnswer.Unsupported) work.Unsupported.Add($"revocation list of {signer.Report.Subject}");
        return answer == KeyAnswer.Yes;
    }

    private static RevocationFacts Facts(
        Certificate certificate, CertificateRevocationList list, CertificateRevocationList? complete, RevocationReasons reasons, SignerAuthority.Signer signer)
    {
        // A delta's entry stands before that of the list it builds on; removeFromCRL takes the latter away.
        var entry = Entry(list, certificate);
        if (entry is null && complete is not null) entry = Entry(complete, certificate);
        else if (entry is { Reason: RevocationReason.RemoveFromCrl }) entry = null;
        return new RevocationFacts
        {
            Status = entry is null ? RevocationStatus.Good : RevocationStatus.Revoked,
            RevokedAt = entry?.RevokedAt,
            Reason = entry is null ? null : entry.Reason ?? RevocationReason.Unspecified,
            InvalidityDate = entry?.InvalidityDate,
            Source = list.Encoded,
            BaseSource = complete?.Encoded,
            ThisUpdate = list.ThisUpdate,
            NextUpdate = list.NextUpdate,
            ProducedAt = list.ThisUpdate,
            Reasons = reasons,
            KeepsSince = list.KeepsSince,
            Signer = signer.Certificate,
            SignerPath = signer.Path,
            Algorithms = [.. list.Uses(signer.Certificate)],
        };
    }

    // An entry that names the certificate but cannot be read further revokes it for ever: doubt never makes a certificate good.
    private static CrlEntry? Entry(CertificateRevocationList list, Certificate certificate)
    {
        try
        {
            return list.Find(certificate);
        }
        catch (AsnContentException)
        {
            return new CrlEntry(DateTimeOffset.MinValue, RevocationReason.Unspecified, null);
        }
    }
}
