using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>SingleResponse (RFC 6960 §4.2.1): the state of one certificate.</summary>
internal sealed class OcspAnswer
{
    private readonly string _hash;
    private readonly ReadOnlyMemory<byte> _issuerName;
    private readonly ReadOnlyMemory<byte> _issuerKey;

    public OcspAnswer(AsnReader reader)
    {
        var id = reader.ReadSequence();
        _hash = AlgorithmId.Read(id).Oid;
        _issuerName = id.ReadOctetString();
        _issuerKey = id.ReadOctetString();
        SerialNumber = id.ReadInteger();
        ReadStatus(reader);
        ThisUpdate = reader.ReadGeneralizedTime();
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific) throw new AsnContentException("unknown field of an OCSP answer");
            if (tag.TagValue == 0) NextUpdate = reader.ReadSequence(tag).ReadGeneralizedTime();
            else if (tag.TagValue == 1) ReadExtensions(reader.ReadSequence(tag).ReadSequence());
            else throw new AsnContentException("unknown field of an OCSP answer");
        }
    }

    public BigInteger SerialNumber { get; }
    public RevocationStatus Status { get; private set; }
    public DateTimeOffset? RevokedAt { get; private set; }
    public RevocationReason? Reason { get; private set; }
    public DateTimeOffset ThisUpdate { get; }
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Certificates that ended since then are still answered for (RFC 6960 §4.4.4).</summary>
    public DateTimeOffset? ArchiveCutoff { get; private set; }

    public bool HasUnknownCritical { get; private set; }

    /// <summary>Is it this certificate that the answer is about. A digest that cannot be computed names nobody.</summary>
    public bool Names(Certificate certificate, Certificate issuer) =>
        SerialNumber == certificate.SerialNumber
        && HashFunction.Find(_hash) is { IsSupported: true } hash
        && hash.Compute(certificate.Issuer.Span).AsSpan().SequenceEqual(_issuerName.Span)
        && CryptographicOperations.FixedTimeEquals(hash.Compute(issuer.Key.KeyBits.Span), _issuerKey.Span);

    private void ReadStatus(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific) throw new AsnContentException("unknown status of an OCSP answer");
        switch (tag.TagValue)
        {
            case 0:
                reader.ReadNull(tag);
                Status = RevocationStatus.Good;
                break;
            case 1:
                var revoked = reader.ReadSequence(tag);
                Status = RevocationStatus.Revoked;
                RevokedAt = revoked.ReadGeneralizedTime();
                if (revoked.HasData) Reason = ReadReason(revoked.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)));
                break;
            case 2:
                reader.ReadNull(tag);
                Status = RevocationStatus.Unknown;
                break;
            default:
                throw new AsnContentException("unknown state of a certificate");
        }
    }

    private static RevocationReason ReadReason(AsnReader reader) =>
        reader.ReadEnumeratedBytes().Span is [var reason] ? (RevocationReason)reason : throw new AsnContentException("unknown reason");

    private void ReadExtensions(AsnReader list)
    {
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            if (oid == "1.3.6.1.5.5.7.48.1.6") ArchiveCutoff = new AsnReader(value, AsnEncodingRules.BER).ReadGeneralizedTime();
            else HasUnknownCritical |= critical;
        }
    }
}
