using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>A revocation list, complete, partial, indirect or delta (RFC 5280 §5). Entries stay encoded until a serial number is asked for.</summary>
internal sealed class CertificateRevocationList
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly AlgorithmId _algorithm;
    private readonly ReadOnlyMemory<byte> _value;
    private readonly Lazy<CrlEntries?> _entries;
    private readonly ConcurrentDictionary<string, KeyAnswer> _verified = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _digests = new(StringComparer.Ordinal);
    private bool _hasUnknownCritical;

    private CertificateRevocationList(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var outer = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        _toBeSigned = outer.PeekEncodedValue();
        var body = outer.ReadSequence();
        var outerAlgorithm = outer.PeekEncodedValue();
        _algorithm = AlgorithmId.Read(outer);
        _value = outer.ReadBitString(out _);
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) body.ReadInteger();
        _hasUnknownCritical = !body.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span);
        Issuer = body.ReadEncodedValue();
        IssuerName = DistinguishedName.Read(Issuer);
        ThisUpdate = AsnTimes.Read(body);
        if (body.HasData && IsTime(body.PeekTag())) NextUpdate = AsnTimes.Read(body);
        ReadOnlyMemory<byte> entries = default;
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) entries = Contents(body.ReadEncodedValue());
        if (body.HasData) ReadExtensions(body.ReadSequence(Context0).ReadSequence());
        _entries = new Lazy<CrlEntries?>(() => ReadEntries(entries));
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    public ReadOnlyMemory<byte> Issuer { get; }
    public DistinguishedName IssuerName { get; }
    public DateTimeOffset ThisUpdate { get; }
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>cRLNumber.</summary>
    public BigInteger? Number { get; private set; }

    /// <summary>Number of the list that a delta begins at; null for a list that is no delta.</summary>
    public BigInteger? BaseNumber { get; private set; }

    public bool IsDelta => BaseNumber is not null;

    public ReadOnlyMemory<byte>? AuthorityKeyId { get; private set; }

    /// <summary>What the list is limited to; null when it speaks of all its issuer's certificates.</summary>
    public IssuingDistributionPoint? Scope { get; private set; }

    /// <summary>Certificates that ended since then stay listed (X.509 expiredCertsOnCRL).</summary>
    public DateTimeOffset? KeepsSince { get; private set; }

    /// <summary>False when an entry is malformed or anything critical is not known here: such a list says nothing of any certificate.</summary>
    public bool IsUsable => !_hasUnknownCritical && _entries.Value is { HasUnknownCritical: false };

    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CertificateRevocationList? list)
    {
        list = null;
        try
        {
            list = new CertificateRevocationList(encoded);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Did this certificate's key sign the list, and may it (keyUsage cRLSign where there is a keyUsage).</summary>
    public KeyAnswer VerifiedBy(Certificate signer) =>
        signer.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.CrlSign)
            ? KeyAnswer.No : _verified.GetOrAdd(signer.Key.Fingerprint, _ => Signed.Verify(Digest, _algorithm, _value, signer.Key));

    // A list can be large and its candidates many: its bytes are read once.
    private byte[] Digest(HashFunction hash) => _digests.GetOrAdd(hash.Oid, _ => hash.Compute(_toBeSigned.Span));

    /// <summary>Algorithms that the list's signature rests on.</summary>
    public IEnumerable<AlgorithmUse> Uses(Certificate signer) => SignatureScheme.Read(_algorithm).Uses(signer.Key);

    /// <summary>The entry of a certificate; null when it is not listed. Only for a usable list.</summary>
    /// <exception cref="AsnContentException">The entry is malformed.</exception>
    public CrlEntry? Find(Certificate certificate) => _entries.Value!.Find(certificate.SerialNumber, certificate.IssuerName, IssuerName);

    private CrlEntries? ReadEntries(ReadOnlyMemory<byte> content)
    {
        try
        {
            return new CrlEntries(content, Scope is { IsIndirect: true });
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Contents(ReadOnlyMemory<byte> sequence)
    {
        AsnDecoder.ReadSequence(sequence.Span, AsnEncodingRules.BER, out var offset, out var length, out _);
        return sequence.Slice(offset, length);
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private void ReadExtensions(AsnReader list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!seen.Add(oid)) throw new AsnContentException($"extension {oid} twice");
            ReadExtension(oid, critical, extension.ReadOctetString());
        }
    }

    private void ReadExtension(string oid, bool critical, ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER);
        switch (oid)
        {
            case "2.5.29.20":
                Number = reader.ReadInteger();
                break;
            case "2.5.29.27":
                BaseNumber = reader.ReadInteger();
                break;
            case "2.5.29.28":
                Scope = IssuingDistributionPoint.Read(value);
                break;
            case "2.5.29.35":
                var key = reader.ReadSequence();
                if (key.HasData && key.PeekTag().HasSameClassAndValue(Context0)) AuthorityKeyId = key.ReadOctetString(Context0);
                break;
            case "2.5.29.60":
                KeepsSince = reader.ReadGeneralizedTime();
                break;
            default:
                // freshestCRL and names of the issuer say nothing about the entries.
                _hasUnknownCritical |= critical && oid is not ("2.5.29.46" or "2.5.29.18");
                break;
        }
    }
}
