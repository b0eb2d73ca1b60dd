using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Signatures.Path;

/// <summary>
/// The extensions that path validation judges (RFC 5280 §4.2). One that cannot be read is told in <see cref="Malformed"/> and fails a
/// path; the certificate's key stays usable, since whether a signature fits a key is another question.
/// </summary>
internal sealed class CertificateExtensions
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1);
    private readonly ImmutableDictionary<string, (bool Critical, ReadOnlyMemory<byte> Value)> _all;
    private readonly ImmutableArray<string>.Builder _malformed = ImmutableArray.CreateBuilder<string>();

    public CertificateExtensions(ImmutableDictionary<string, (bool Critical, ReadOnlyMemory<byte> Value)> all)
    {
        _all = all;
        SubjectKeyId = Read("2.5.29.14", r => (ReadOnlyMemory<byte>?)r.ReadOctetString());
        KeyUsage = Read<X509KeyUsageFlags?>("2.5.29.15", r => KeyUsageBits(r.ReadNamedBitList()));
        SubjectAlternativeNames = Read("2.5.29.17", r => GeneralName.ReadAll(r.ReadSequence()), []);
        BasicConstraints = Read("2.5.29.19", ReadBasicConstraints);
        NameConstraints = Read("2.5.29.30", r => NameConstraints.Read(r.ReadSequence()));
        DistributionPoints = Read("2.5.29.31", r => DistributionPoint.ReadAll(r.ReadSequence()), []);
        Policies = Read("2.5.29.32", r => (ImmutableArray<string>?)ReadPolicies(r.ReadSequence()));
        PolicyMappings = Read("2.5.29.33", r => ReadMappings(r.ReadSequence()), []);
        AuthorityKeyId = Read("2.5.29.35", r => ReadAuthorityKeyId(r.ReadSequence()));
        (RequireExplicitPolicy, InhibitPolicyMapping) = Read("2.5.29.36", r => ReadPolicyConstraints(r.ReadSequence()));
        ExtendedKeyUsage = Read("2.5.29.37", r => (ImmutableArray<string>?)ReadOids(r.ReadSequence()));
        FreshestCrl = Read("2.5.29.46", r => DistributionPoint.ReadAll(r.ReadSequence()), []);
        InhibitAnyPolicy = Read("2.5.29.54", r => (int?)SkipCerts(r.ReadInteger()));
        (CaIssuers, OcspUrls) = Read("1.3.6.1.5.5.7.1.1", r => ReadInformationAccess(r.ReadSequence()), ([], []));
    }

    /// <summary>What is wrong with extensions of known kinds.</summary>
    public ImmutableArray<string> Malformed => _malformed.ToImmutable();

    public ReadOnlyMemory<byte>? SubjectKeyId { get; }
    public ReadOnlyMemory<byte>? AuthorityKeyId { get; }
    public X509KeyUsageFlags? KeyUsage { get; }
    public ImmutableArray<GeneralName> SubjectAlternativeNames { get; }
    public (bool IsAuthority, int? PathLength)? BasicConstraints { get; }
    public NameConstraints? NameConstraints { get; }
    public ImmutableArray<DistributionPoint> DistributionPoints { get; }
    public ImmutableArray<DistributionPoint> FreshestCrl { get; }

    /// <summary>Null without the extension. Qualifiers are not looked at.</summary>
    public ImmutableArray<string>? Policies { get; }

    public ImmutableArray<(string Issuer, string Subject)> PolicyMappings { get; }
    public int? RequireExplicitPolicy { get; }
    public int? InhibitPolicyMapping { get; }
    public int? InhibitAnyPolicy { get; }
    public ImmutableArray<string>? ExtendedKeyUsage { get; }
    public ImmutableArray<string> CaIssuers { get; }
    public ImmutableArray<string> OcspUrls { get; }

    /// <summary>QCStatements as encoded (ETSI EN 319 412-5); null when there are none.</summary>
    public ReadOnlyMemory<byte>? QcStatements => _all.TryGetValue("1.3.6.1.5.5.7.1.3", out var found) ? found.Value : null;

    public bool Has(string oid) => _all.ContainsKey(oid);

    public bool IsCritical(string oid) => _all.TryGetValue(oid, out var found) && found.Critical;

    /// <summary>Critical extensions that nothing here judges; a path with one must fail (RFC 5280 §4.2).</summary>
    public IEnumerable<string> UnknownCritical => _all.Where(e => e.Value.Critical && !Judged.Contains(e.Key)).Select(e => e.Key);

    private static readonly ImmutableHashSet<string> Judged =
    [
        "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.35",
        "2.5.29.36", "2.5.29.37", "2.5.29.46", "2.5.29.54",
    ];

    private T? Read<T>(string oid, Func<AsnReader, T> read, T? absent = default)
    {
        if (!_all.TryGetValue(oid, out var found)) return absent;
        try
        {
            var reader = new AsnReader(found.Value, AsnEncodingRules.BER);
            var value = read(reader);
            reader.ThrowIfNotEmpty();
            return value;
        }
        catch (AsnContentException exception)
        {
            _malformed.Add($"extension {oid} is malformed: {exception.Message}");
            return absent;
        }
    }

    private static X509KeyUsageFlags KeyUsageBits(System.Collections.BitArray bits)
    {
        ReadOnlySpan<X509KeyUsageFlags> names =
        [
            X509KeyUsageFlags.DigitalSignature, X509KeyUsageFlags.NonRepudiation, X509KeyUsageFlags.KeyEncipherment,
            X509KeyUsageFlags.DataEncipherment, X509KeyUsageFlags.KeyAgreement, X509KeyUsageFlags.KeyCertSign, X509KeyUsageFlags.CrlSign,
        ];
        var usage = X509KeyUsageFlags.None;
        for (var i = 0; i < names.Length && i < bits.Length; i++)
            if (bits[i]) usage |= names[i];
        return usage;
    }

    private static (bool, int?)? ReadBasicConstraints(AsnReader outer)
    {
        var reader = outer.ReadSequence();
        var authority = reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && reader.ReadBoolean();
        if (!reader.HasData) return (authority, null);
        var length = reader.ReadInteger();
        reader.ThrowIfNotEmpty();
        return (authority, SkipCerts(length));
    }

    // A count of certificates; more than a path can have is as good as no bound.
    private static int SkipCerts(BigInteger count) =>
        count.Sign < 0 ? throw new AsnContentException("a negative count") : count > int.MaxValue ? int.MaxValue : (int)count;

    private static ImmutableArray<string> ReadOids(AsnReader list)
    {
        var oids = ImmutableArray.CreateBuilder<string>();
        while (list.HasData) oids.Add(list.ReadObjectIdentifier());
        return oids.ToImmutable();
    }

    private static ImmutableArray<string> ReadPolicies(AsnReader list)
    {
        var oids = ImmutableArray.CreateBuilder<string>();
        while (list.HasData) oids.Add(list.ReadSequence().ReadObjectIdentifier());
        if (oids.Distinct().Count() != oids.Count) throw new AsnContentException("a policy twice");
        return oids.ToImmutable();
    }

    private static ImmutableArray<(string, string)> ReadMappings(AsnReader list)
    {
        var mappings = ImmutableArray.CreateBuilder<(string, string)>();
        while (list.HasData)
        {
            var mapping = list.ReadSequence();
            mappings.Add((mapping.ReadObjectIdentifier(), mapping.ReadObjectIdentifier()));
            mapping.ThrowIfNotEmpty();
        }
        return mappings.ToImmutable();
    }

    private static ReadOnlyMemory<byte>? ReadAuthorityKeyId(AsnReader reader) =>
        reader.HasData && reader.PeekTag().HasSameClassAndValue(Context0) ? reader.ReadOctetString(Context0) : null;

    private static (int?, int?) ReadPolicyConstraints(AsnReader reader)
    {
        int? explicitPolicy = null, mapping = null;
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(Context0)) explicitPolicy = SkipCerts(reader.ReadInteger(Context0));
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(Context1)) mapping = SkipCerts(reader.ReadInteger(Context1));
        reader.ThrowIfNotEmpty();
        return (explicitPolicy, mapping);
    }

    private static (ImmutableArray<string>, ImmutableArray<string>) ReadInformationAccess(AsnReader list)
    {
        var (issuers, responders) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        while (list.HasData)
        {
            var access = list.ReadSequence();
            var method = access.ReadObjectIdentifier();
            var place = GeneralName.Read(access);
            if (place.Form != GeneralNameForm.Uri) continue;
            if (method == "1.3.6.1.5.5.7.48.2") issuers.Add(place.Text);
            else if (method == "1.3.6.1.5.5.7.48.1") responders.Add(place.Text);
        }
        return (issuers.ToImmutable(), responders.ToImmutable());
    }
}
