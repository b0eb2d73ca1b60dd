using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;
using PublicKey = Preservation.Signatures.Algorithms.PublicKey;

namespace Preservation.Signatures.Path;

/// <summary>An X.509 certificate as path validation needs it (RFC 5280 §4.1), read without the platform's own judgement.</summary>
internal sealed class Certificate
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context3 = new(TagClass.ContextSpecific, 3);
    private readonly Lazy<CertificateReport> _report;
    private readonly Lazy<string> _fingerprint;
    private readonly string? _fault;

    private Certificate(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        ToBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        var outerAlgorithm = outer.PeekEncodedValue();
        SignatureAlgorithm = AlgorithmId.Read(outer);
        SignatureValue = outer.ReadBitString(out _);
        outer.ThrowIfNotEmpty();
        Version = body.PeekTag().HasSameClassAndValue(Context0) && body.ReadSequence(Context0).TryReadInt32(out var version) ? version + 1 : 1;
        SerialNumber = body.ReadInteger();
        var isSameAlgorithm = body.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span);
        Issuer = body.ReadEncodedValue();
        var validity = body.ReadSequence();
        NotBefore = AsnTimes.Read(validity);
        NotAfter = AsnTimes.Read(validity);
        Subject = body.ReadEncodedValue();
        Key = new PublicKey(body.ReadEncodedValue());
        (IssuerName, SubjectName) = (DistinguishedName.Read(Issuer), DistinguishedName.Read(Subject));
        var extensions = ReadExtensions(body);
        Extensions = new CertificateExtensions(extensions);
        _fault = !isSameAlgorithm ? "the two signature algorithms differ (RFC 5280 §4.1.1.2)"
            : extensions.Count > 0 && Version != 3 ? "extensions in a certificate that is not of version 3 (RFC 5280 §4.1.2.1)" : null;
        _fingerprint = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(Encoded.Span)));
        _report = new Lazy<CertificateReport>(() => new CertificateReport(
            Name(Subject), Name(Issuer), Convert.ToHexStringLower(SerialNumber.ToByteArray(isBigEndian: true)), NotBefore, NotAfter, Fingerprint));
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    public ReadOnlyMemory<byte> ToBeSigned { get; }
    public AlgorithmId SignatureAlgorithm { get; }
    public ReadOnlyMemory<byte> SignatureValue { get; }

    /// <summary>1, 2 or 3.</summary>
    public int Version { get; }

    public BigInteger SerialNumber { get; }
    public ReadOnlyMemory<byte> Issuer { get; }
    public ReadOnlyMemory<byte> Subject { get; }
    public DistinguishedName IssuerName { get; }
    public DistinguishedName SubjectName { get; }
    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }
    public PublicKey Key { get; private set; }
    public CertificateExtensions Extensions { get; }
    public ReadOnlyMemory<byte>? SubjectKeyId => Extensions.SubjectKeyId;
    public bool IsAuthority => Extensions.BasicConstraints is { IsAuthority: true };
    public int? PathLength => Extensions.BasicConstraints?.PathLength;
    public X509KeyUsageFlags? KeyUsage => Extensions.KeyUsage;

    /// <summary>Purposes, null when any is allowed.</summary>
    public ImmutableArray<string>? ExtendedKeyUsage => Extensions.ExtendedKeyUsage;

    public bool IsExtendedKeyUsageCritical => Extensions.IsCritical("2.5.29.37");
    public bool IsSelfIssued => SubjectName.Is(IssuerName);

    /// <summary>RFC 9608 noRevAvail, or RFC 6960 ocsp-nocheck: its issuer says that no revocation information will come.</summary>
    public bool SaysNoRevocation => (Extensions.Has("2.5.29.56") && !IsAuthority) || SaysNoOcspCheck;

    /// <summary>RFC 6960 §4.2.2.2.1 id-pkix-ocsp-nocheck.</summary>
    public bool SaysNoOcspCheck => Extensions.Has("1.3.6.1.5.5.7.48.1.5");

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public string Fingerprint => _fingerprint.Value;

    public CertificateReport Report => _report.Value;

    /// <summary>What is wrong with its form though it could be read; a path with it fails.</summary>
    public IEnumerable<string> Malformed => _fault is null ? Extensions.Malformed : Extensions.Malformed.Insert(0, _fault);

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        try
        {
            certificate = new Certificate(encoded);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or OverflowException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>OIDs of critical extensions that this library does not judge; a path with one must fail (RFC 5280 §4.2).</summary>
    public IEnumerable<string> UnknownCriticalExtensions => Extensions.UnknownCritical;

    public bool IsSignedBy(Certificate issuer) => VerifiedBy(issuer) == KeyAnswer.Yes;

    public KeyAnswer VerifiedBy(Certificate issuer) => Signed.Verify(ToBeSigned, SignatureAlgorithm, SignatureValue, issuer.Key);

    /// <summary>Algorithms that the certificate's signature by this issuer rests on; none when they are not known.</summary>
    public IEnumerable<AlgorithmUse> Uses(Certificate issuer)
    {
        try
        {
            return SignatureScheme.Read(SignatureAlgorithm).Uses(issuer.Key).ToList();
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    /// <summary>The certificate with the key parameters of its issuer's key, when its own lacks them (RFC 5280 §6.1.4 (e)).</summary>
    public Certificate InheritFrom(Certificate issuer)
    {
        if (!Key.LacksParameters) return this;
        var copy = (Certificate)MemberwiseClone();
        copy.Key = Key.Inherit(issuer.Key);
        return copy;
    }

    public bool Is(Certificate other) => ReferenceEquals(this, other) || Encoded.Span.SequenceEqual(other.Encoded.Span);

    private static ImmutableDictionary<string, (bool, ReadOnlyMemory<byte>)> ReadExtensions(AsnReader body)
    {
        var extensions = ImmutableDictionary.CreateBuilder<string, (bool, ReadOnlyMemory<byte>)>();
        while (body.HasData)
        {
            if (!body.PeekTag().HasSameClassAndValue(Context3))
            {
                body.ReadEncodedValue();
                continue;
            }
            var list = body.ReadSequence(Context3).ReadSequence();
            while (list.HasData)
            {
                var extension = list.ReadSequence();
                var oid = extension.ReadObjectIdentifier();
                var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
                if (!extensions.TryAdd(oid, (critical, extension.ReadOctetString())))
                    throw new AsnContentException($"extension {oid} twice");
            }
        }
        return extensions.ToImmutable();
    }

    private static string Name(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return new X500DistinguishedName(encoded.Span).Name;
        }
        catch (CryptographicException)
        {
            return "hex:" + Convert.ToHexStringLower(encoded.Span);
        }
    }
}
