namespace Preservation.Signatures.Path;

/// <summary>Certificates and lists by the names they are looked for.</summary>
internal sealed class PathIndex
{
    private readonly ILookup<string, Certificate> _bySubject;
    private readonly ILookup<string, CertificateRevocationList> _byIssuer;
    private readonly Lazy<ILookup<string, Certificate>> _byKey;

    public PathIndex(PathMaterial material)
    {
        Anchors = material.Anchors.Certificates.DistinctBy(c => c.Fingerprint).ToDictionary(c => c.Fingerprint);
        _bySubject = Anchors.Values.Concat(material.Intermediates).DistinctBy(c => c.Fingerprint).ToLookup(c => c.SubjectName.Key);
        _byIssuer = material.Crls.Distinct().ToLookup(c => c.IssuerName.Key);
        Responses = [.. material.OcspResponses];
        _byKey = new Lazy<ILookup<string, Certificate>>(() => Anchors.Values.Concat(material.Intermediates).DistinctBy(c => c.Fingerprint)
            .ToLookup(c => OcspResponse.KeyHash(c)));
    }

    public Dictionary<string, Certificate> Anchors { get; }
    public IReadOnlyList<OcspResponse> Responses { get; }

    public bool IsAnchor(Certificate certificate) => Anchors.ContainsKey(certificate.Fingerprint);

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
