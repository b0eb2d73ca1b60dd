namespace Preservation.Signatures.Path;

/// <summary>Certificates and lists by the names they are looked for.</summary>
internal sealed class PathIndex
{
    private readonly ILookup<string, TrustAnchor> _anchors;
    private readonly ILookup<string, Certificate> _bySubject;
    private readonly ILookup<string, CertificateRevocationList> _byIssuer;
    private readonly Lazy<ILookup<string, Certificate>> _byKey;

    public PathIndex(PathMaterial material)
    {
        _anchors = material.Anchors.All.ToLookup(a => a.Sha256);
        var anchors = material.Anchors.Certificates;
        _bySubject = anchors.Concat(material.Intermediates).DistinctBy(c => c.Fingerprint).ToLookup(c => c.SubjectName.Key);
        _byIssuer = material.Crls.Distinct().ToLookup(c => c.IssuerName.Key);
        Responses = [.. material.OcspResponses];
        _byKey = new Lazy<ILookup<string, Certificate>>(() => anchors.Concat(material.Intermediates).DistinctBy(c => c.Fingerprint)
            .ToLookup(c => OcspResponse.KeyHash(c)));
    }

    public IReadOnlyList<OcspResponse> Responses { get; }

    public bool IsAnchor(Certificate certificate) => _anchors.Contains(certificate.Fingerprint);

    /// <summary>What vouches for a certificate, in every family and for every time.</summary>
    public IEnumerable<TrustAnchor> AnchorsOf(Certificate certificate) => _anchors[certificate.Fingerprint];

    /// <summary>The anchor that is believed for this use at this time; of several one whose family is named, then the one believed longest. Null when none is.</summary>
    public TrustAnchor? Believed(Certificate certificate, PathPurpose purpose, DateTimeOffset at, DateTimeOffset now) => AnchorsOf(certificate)
        .Where(a => a.IsBelieved(at) && a.IsFor(purpose) && !a.IsStale(now)).OrderBy(a => a.Family is null).ThenByDescending(a => a.Until ?? DateTimeOffset.MaxValue).FirstOrDefault();

    public IEnumerable<Certificate> WithSubject(DistinguishedName name) => _bySubject[name.Key];

    /// <summary>Certificates at hand that a response may be signed by.</summary>
    public IEnumerable<Certificate> WithSubjectOf(OcspResponse response) => response.ResponderName is { } name
        ? WithSubject(name) : _byKey.Value[response.ResponderKey];

    public IEnumerable<CertificateRevocationList> ListsOf(DistinguishedName issuer) => _byIssuer[issuer.Key];

    /// <summary>Possible issuers, the likeliest first: anchors, then those with the key identifier that the child asks for.</summary>
    public IEnumerable<Certificate> IssuersOf(Certificate child, DateTimeOffset at) =>
        WithSubject(child.IssuerName).OrderBy(c => Distance(child, c, at));

    private int Distance(Certificate child, Certificate issuer, DateTimeOffset at)
    {
        var distance = IsAnchor(issuer) ? 0 : 1;
        if (child.Extensions.AuthorityKeyId is { } wanted && issuer.SubjectKeyId is { } found && !wanted.Span.SequenceEqual(found.Span)) distance += 8;
        if (at < issuer.NotBefore || at > issuer.NotAfter) distance += 4;
        if (!issuer.IsAuthority) distance += 2;
        return distance;
    }
}
