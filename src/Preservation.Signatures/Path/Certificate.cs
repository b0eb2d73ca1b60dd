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
    private readonly ImmutableDictionary<string, (bool Critical, ReadOnlyMemory<byte> Value)> _extensions;
    private readonly Lazy<CertificateReport> _report;

    private Certificate(ReadOnlyMemory<byte> encoded, Fields fields)
    {
        Encoded = encoded;
        ToBeSigned = fields.ToBeSigned;
        SignatureAlgorithm = fields.Algorithm;
        SignatureValue = fields.Value;
        SerialNumber = fields.Serial;
        Issuer = fields.Issuer;
        Subject = fields.Subject;
        NotBefore = fields.NotBefore;
        NotAfter = fields.NotAfter;
        Key = new PublicKey(fields.Key);
        _extensions = fields.Extensions;
        SubjectKeyId = ReadOctets("2.5.29.14");
        (IsAuthority, PathLength) = ReadBasicConstraints();
        KeyUsage = ReadKeyUsage();
        ExtendedKeyUsage = ReadExtendedKeyUsage();
        _report = new Lazy<CertificateReport>(() => new CertificateReport(
            Name(Subject), Name(Issuer), Convert.ToHexStringLower(SerialNumber.ToByteArray(isBigEndian: true)),
            NotBefore, NotAfter, Convert.ToHexStringLower(SHA256.HashData(Encoded.Span))));
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    public ReadOnlyMemory<byte> ToBeSigned { get; }
    public AlgorithmId SignatureAlgorithm { get; }
    public ReadOnlyMemory<byte> SignatureValue { get; }
    public BigInteger SerialNumber { get; }
    public ReadOnlyMemory<byte> Issuer { get; }
    public ReadOnlyMemory<byte> Subject { get; }
    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }
    public PublicKey Key { get; }
    public ReadOnlyMemory<byte>? SubjectKeyId { get; }
    public bool IsAuthority { get; }
    public int? PathLength { get; }
    public X509KeyUsageFlags? KeyUsage { get; }

    /// <summary>Purposes, null when any is allowed.</summary>
    public ImmutableArray<string>? ExtendedKeyUsage { get; }

    public bool IsExtendedKeyUsageCritical => _extensions.TryGetValue("2.5.29.37", out var found) && found.Critical;
    public bool IsSelfIssued => Subject.Span.SequenceEqual(Issuer.Span);

    /// <summary>RFC 9608 noRevAvail, or RFC 6960 ocsp-nocheck: its issuer says that no revocation information will come.</summary>
    public bool SaysNoRevocation =>
        _extensions.ContainsKey("2.5.29.56") || _extensions.ContainsKey("1.3.6.1.5.5.7.48.1.5");

    public CertificateReport Report => _report.Value;

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        try
        {
            certificate = new Certificate(encoded, Read(encoded));
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>OIDs of critical extensions that this library does not judge; a path with one must fail (RFC 5280 §4.2).</summary>
    public IEnumerable<string> UnknownCriticalExtensions =>
        _extensions.Where(e => e.Value.Critical && e.Key is not ("2.5.29.15" or "2.5.29.19" or "2.5.29.37" or "2.5.29.32" or "2.5.29.17" or "2.5.29.14" or "2.5.29.35"))
            .Select(e => e.Key);

    public bool IsSignedBy(Certificate issuer) => Signed.Verify(ToBeSigned, SignatureAlgorithm, SignatureValue, issuer.Key) == KeyAnswer.Yes;

    private static Fields Read(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        var toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        var algorithm = AlgorithmId.Read(outer);
        var value = outer.ReadBitString(out _);
        outer.ThrowIfNotEmpty();
        if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))) body.ReadEncodedValue();
        var serial = body.ReadInteger();
        body.ReadSequence();
        var issuer = body.ReadEncodedValue();
        var validity = body.ReadSequence();
        var notBefore = AsnTimes.Read(validity);
        var notAfter = AsnTimes.Read(validity);
        var subject = body.ReadEncodedValue();
        var key = body.ReadEncodedValue();
        var extensions = ImmutableDictionary.CreateBuilder<string, (bool, ReadOnlyMemory<byte>)>();
        while (body.HasData)
        {
            var tag = body.PeekTag();
            if (!tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 3)))
            {
                body.ReadEncodedValue();
                continue;
            }
            var list = body.ReadSequence(tag).ReadSequence();
            while (list.HasData)
            {
                var extension = list.ReadSequence();
                var oid = extension.ReadObjectIdentifier();
                var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
                if (!extensions.TryAdd(oid, (critical, extension.ReadOctetString())))
                    throw new AsnContentException($"extension {oid} twice");
            }
        }
        return new Fields(toBeSigned, algorithm, value, serial, issuer, subject, notBefore, notAfter, key, extensions.ToImmutable());
    }

    private ReadOnlyMemory<byte>? ReadOctets(string oid) =>
        _extensions.TryGetValue(oid, out var found) ? new AsnReader(found.Value, AsnEncodingRules.BER).ReadOctetString() : null;

    private (bool, int?) ReadBasicConstraints()
    {
        if (!_extensions.TryGetValue("2.5.29.19", out var found)) return (false, null);
        var reader = new AsnReader(found.Value, AsnEncodingRules.BER).ReadSequence();
        var authority = reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && reader.ReadBoolean();
        if (!reader.HasData) return (authority, null);
        return (authority, reader.TryReadInt32(out var length) ? length : int.MaxValue);
    }

    private X509KeyUsageFlags? ReadKeyUsage() =>
        _extensions.TryGetValue("2.5.29.15", out var found)
            ? new AsnReader(found.Value, AsnEncodingRules.BER).ReadNamedBitListValue<KeyUsageBits>() is var bits ? Map(bits) : null
            : null;

    private ImmutableArray<string>? ReadExtendedKeyUsage()
    {
        if (!_extensions.TryGetValue("2.5.29.37", out var found)) return null;
        var reader = new AsnReader(found.Value, AsnEncodingRules.BER).ReadSequence();
        var purposes = ImmutableArray.CreateBuilder<string>();
        while (reader.HasData) purposes.Add(reader.ReadObjectIdentifier());
        return purposes.ToImmutable();
    }

    private static X509KeyUsageFlags Map(KeyUsageBits bits)
    {
        var flags = X509KeyUsageFlags.None;
        if (bits.HasFlag(KeyUsageBits.DigitalSignature)) flags |= X509KeyUsageFlags.DigitalSignature;
        if (bits.HasFlag(KeyUsageBits.NonRepudiation)) flags |= X509KeyUsageFlags.NonRepudiation;
        if (bits.HasFlag(KeyUsageBits.KeyCertSign)) flags |= X509KeyUsageFlags.KeyCertSign;
        if (bits.HasFlag(KeyUsageBits.CrlSign)) flags |= X509KeyUsageFlags.CrlSign;
        return flags;
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

    [Flags]
    private enum KeyUsageBits
    {
        DigitalSignature = 1 << 0,
        NonRepudiation = 1 << 1,
        KeyEncipherment = 1 << 2,
        DataEncipherment = 1 << 3,
        KeyAgreement = 1 << 4,
        KeyCertSign = 1 << 5,
        CrlSign = 1 << 6,
        EncipherOnly = 1 << 7,
        DecipherOnly = 1 << 8,
    }

    private sealed record Fields(
        ReadOnlyMemory<byte> ToBeSigned, AlgorithmId Algorithm, ReadOnlyMemory<byte> Value, BigInteger Serial,
        ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Subject, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
        ReadOnlyMemory<byte> Key, ImmutableDictionary<string, (bool, ReadOnlyMemory<byte>)> Extensions);
}
