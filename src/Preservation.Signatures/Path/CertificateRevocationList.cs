using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>
/// A complete CRL of one issuer (RFC 5280 §5). Delta and indirect lists and lists of some reasons only are recognised and not used.
/// Entries stay encoded until a serial number is asked for.
/// </summary>
internal sealed class CertificateRevocationList
{
    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly AlgorithmId _algorithm;
    private readonly ReadOnlyMemory<byte> _value;
    private readonly ReadOnlyMemory<byte>? _entries;
    private readonly Dictionary<string, bool> _verified = new(StringComparer.Ordinal);

    private CertificateRevocationList(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        _toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        _algorithm = AlgorithmId.Read(outer);
        _value = outer.ReadBitString(out _);
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) body.ReadInteger();
        body.ReadSequence();
        Issuer = body.ReadEncodedValue();
        ThisUpdate = AsnTimes.Read(body);
        if (body.HasData && IsTime(body.PeekTag())) NextUpdate = AsnTimes.Read(body);
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) _entries = body.ReadEncodedValue();
        IsComplete = true;
        if (body.HasData) ReadExtensions(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
    }

    public ReadOnlyMemory<byte> Issuer { get; }
    public DateTimeOffset ThisUpdate { get; }
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>False for delta, indirect and partial lists and for unknown critical extensions.</summary>
    public bool IsComplete { get; private set; }

    public bool OnlyUsers { get; private set; }
    public bool OnlyAuthorities { get; private set; }

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CertificateRevocationList? list)
    {
        list = null;
        try
        {
            list = new CertificateRevocationList(encoded);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    public bool IsSignedBy(Certificate issuer)
    {
        if (issuer.KeyUsage is { } usage && !usage.HasFlag(System.Security.Cryptography.X509Certificates.X509KeyUsageFlags.CrlSign)) return false;
        var key = issuer.Report.Sha256;
        if (!_verified.TryGetValue(key, out var verified))
            _verified[key] = verified = Signed.Verify(_toBeSigned, _algorithm, _value, issuer.Key) == KeyAnswer.Yes;
        return verified;
    }

    /// <summary>When the certificate was revoked; null when it is not listed. Throws <see cref="AsnContentException"/> on a malformed entry.</summary>
    public DateTimeOffset? FindRevocation(BigInteger serial)
    {
        if (_entries is not { } encoded) return null;
        var reader = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        while (reader.HasData)
        {
            var entry = reader.ReadSequence();
            if (entry.ReadInteger() == serial) return AsnTimes.Read(entry);
        }
        return null;
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private void ReadExtensions(AsnReader list)
    {
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            if (oid == "2.5.29.28") ReadDistributionPoint(new AsnReader(value, AsnEncodingRules.BER).ReadSequence());
            else if (critical) IsComplete = false;
        }
    }

    private void ReadDistributionPoint(AsnReader point)
    {
        while (point.HasData)
        {
            var tag = point.PeekTag();
            if (tag.TagValue == 0)
            {
                point.ReadEncodedValue();
                continue;
            }
            if (tag.TagValue == 3)
            {
                IsComplete = false;
                point.ReadEncodedValue();
                continue;
            }
            var set = point.ReadBoolean(tag);
            if (tag.TagValue == 1) OnlyUsers = set;
            else if (tag.TagValue == 2) OnlyAuthorities = set;
            else IsComplete &= !set;
        }
    }
}
