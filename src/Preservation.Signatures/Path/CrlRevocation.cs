using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>What the revocation lists say of a certificate (RFC 5280 §6.3.3).</summary>
internal sealed class CrlRevocation(PathIndex index, SignerAuthority authority, PathWork work)
{
    private const int MaxListsOfScope = 8;
    private readonly Dictionary<CertificateRevocationList, SignerAuthority.Signer?> _signers = [];

    /// <summary>What the lists say; of many of one scope, the newest few made before the time, current at it, and made after it.</summary>
    public IEnumerable<RevocationFacts> Find(Certificate certificate, Certificate issuer, Certificate anchor, DateTimeOffset at, DateTimeOffset now)
    {
        var usable = new List<(Candidate List, SignerAuthority.Signer Signer)>();
        foreach (var candidate in Relevant(certificate, at, now))
            if (SignerOf(candidate.List, certificate, issuer, anchor, at, now) is { } signer) usable.Add((candidate, signer));
        foreach (var (complete, signer) in usable.Where(u => !u.List.List.IsDelta))
        {
            yield return Facts(complete.List, null, complete.Entry, complete.Reasons, signer);
            foreach (var (delta, deltaSigner) in usable.Where(u => u.List.List.IsDelta && u.Signer.Certificate.Is(signer.Certificate)))
                if (delta.List.NextUpdate >= at && complete.List.NextUpdate >= at && IsDeltaOf(delta.List, complete.List))
                    yield return Facts(delta.List, complete.List, Combine(delta.Entry, complete.Entry), complete.Reasons, deltaSigner);
        }
    }

    private sealed record Candidate(CertificateRevocationList List, RevocationReasons Reasons, CrlEntry? Entry);

    // A harvest of every day's lists must not use up the work: what a list says is looked up before its signature is checked.
    private IEnumerable<Candidate> Relevant(Certificate certificate, DateTimeOffset at, DateTimeOffset now) =>
        Candidates(certificate).TakeWhile(_ => work.Step())
            .Where(l => l.ThisUpdate <= now)
            .Select(l => new Candidate(l, CrlScope.Reasons(l, certificate), null))
            .Where(c => c.Reasons != RevocationReasons.None && c.List.IsUsable)
            .Select(c => c with { Entry = Entry(c.List, certificate) })
            .Where(c => c.Entry is not null || c.List.ThisUpdate <= certificate.NotAfter || c.List.KeepsSince <= certificate.NotAfter)
            .GroupBy(c => (c.List.IssuerName.Key, c.List.IsDelta, c.Entry is null, Age(c.List, at), Scope: c.List.Scope is { } s ? Convert.ToHexString(s.Encoded.Span) : ""))
            .SelectMany(g => g.Take(MaxListsOfScope));

    // Made after the time, current at it, or older: the newest of each are wanted, since a judgement may go back from list to list.
    private static int Age(CertificateRevocationList list, DateTimeOffset at) =>
        list.ThisUpdate > at ? 2 : (list.NextUpdate ?? list.ThisUpdate) >= at ? 1 : 0;

    // A delta's entry stands before that of the list it builds on; removeFromCRL takes the latter away (RFC 5280 §6.3.3 (i), (j)).
    private static CrlEntry? Combine(CrlEntry? delta, CrlEntry? complete) =>
        delta is null ? complete : delta.Reason == RevocationReason.RemoveFromCrl ? null : delta;

    private IEnumerable<CertificateRevocationList> Candidates(Certificate certificate) =>
        certificate.Extensions.DistributionPoints.SelectMany(p => p.CrlIssuer).Select(n => n.Directory).OfType<DistinguishedName>()
            .Append(certificate.IssuerName).DistinctBy(n => n.Key).SelectMany(index.ListsOf).OrderByDescending(l => l.ThisUpdate);

    // RFC 5280 §6.3.3 (c): of the same issuer, scope and key, beginning at the list or before, and going beyond it.
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
        CertificateRevocationList list, CertificateRevocationList? complete, CrlEntry? entry, RevocationReasons reasons, SignerAuthority.Signer signer)
    {
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
