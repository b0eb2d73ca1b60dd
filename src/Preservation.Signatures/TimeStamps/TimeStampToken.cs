using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Core.Digests;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;

namespace Preservation.Signatures.TimeStamps;

/// <summary>An RFC 3161 time-stamp token: CMS signed data over a TSTInfo.</summary>
public sealed class TimeStampToken
{
    private readonly CmsSignedData _cms;
    private readonly HashFunction? _imprintHash;

    private TimeStampToken(CmsSignedData cms)
    {
        if (cms.ContentType != CmsOids.TstInfo || cms.Content is not { } content) throw new AsnContentException("no TSTInfo");
        if (cms.Signers.Length != 1) throw new AsnContentException("a token has exactly one signer");
        _cms = cms;
        var info = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        if (!info.TryReadInt32(out var version) || version != 1) throw new AsnContentException("TSTInfo version");
        Policy = info.ReadObjectIdentifier();
        var imprint = info.ReadSequence();
        ImprintAlgorithm = AlgorithmId.Read(imprint).Oid;
        Imprint = [.. imprint.ReadOctetString()];
        SerialNumber = info.ReadInteger();
        Time = info.ReadGeneralizedTime();
        _imprintHash = HashFunction.Find(ImprintAlgorithm);
        if (info.HasData && info.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) Accuracy = ReadAccuracy(info.ReadSequence());
        if (info.HasData && info.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean)) info.ReadBoolean();
        if (info.HasData && info.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) Nonce = info.ReadInteger();
    }

    /// <summary>The token's bytes, without anything that followed them.</summary>
    public ReadOnlyMemory<byte> Encoded => _cms.Encoded;

    /// <summary>OID of the policy it was made under.</summary>
    public string Policy { get; }

    /// <summary>OID of the digest function of <see cref="Imprint"/>.</summary>
    public string ImprintAlgorithm { get; }

    /// <summary>Digest of the time-stamped data.</summary>
    public ImmutableArray<byte> Imprint { get; }

    /// <summary>Unique for its authority.</summary>
    public BigInteger SerialNumber { get; }

    /// <summary>The time it states (genTime).</summary>
    public DateTimeOffset Time { get; }

    /// <summary>How far the true time may be from <see cref="Time"/>; null when it is not said.</summary>
    public TimeSpan? Accuracy { get; }

    /// <summary>The request's number, returned.</summary>
    public BigInteger? Nonce { get; }

    /// <summary>Certificates in the token, DER.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Certificates => _cms.Certificates;

    internal bool HasTrailingBytes => _cms.TrailingBytes > 0;

    /// <summary>False for anything that is no token. Bytes after it are ignored.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out TimeStampToken? token)
    {
        token = null;
        return CmsSignedData.TryDecode(encoded, SignatureLimits.Default, out var cms, out _) && TryFrom(cms, out token, out _);
    }

    internal static bool TryFrom(CmsSignedData cms, [NotNullWhen(true)] out TimeStampToken? token, out string reason)
    {
        token = null;
        reason = "";
        try
        {
            token = new TimeStampToken(cms);
            return true;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or OverflowException)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>
    /// Checks imprint, signature, and the authority's certificate and path at the token's own time (RFC 3161 §2.3, §2.4.2; an authority
    /// whose certificate ended since still proves the time).
    /// </summary>
    /// <param name="data">Digest of the data that should be time-stamped, by the token's function.</param>
    /// <param name="policy">Trust and revocation lists.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="path">The file's name for findings.</param>
    public TimeStampReport Verify(Digest data, VerificationPolicy policy, DateTimeOffset now, string path)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(policy);
        var digests = new DigestSet();
        digests.Add(data);
        var material = PathMaterial.From(policy, path);
        var facts = TimeStampReader.Read("token", this, hash => [.. digests.By(hash)], path, material.Known);
        return new SignatureValidation(material, policy.Validations, now, path).Validate(facts);
    }

    internal CmsSignedData SignedData => _cms;

    internal HashFunction? ImprintHash => _imprintHash;

    private static TimeSpan ReadAccuracy(AsnReader reader)
    {
        var accuracy = TimeSpan.Zero;
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            // The reader takes another universal tag for a mistake of its caller's.
            if (!tag.HasSameClassAndValue(Asn1Tag.Integer) && tag is not { TagClass: TagClass.ContextSpecific, TagValue: 0 or 1 }) throw new AsnContentException("accuracy");
            if (!reader.TryReadInt32(out var value, tag) || value < 0) throw new AsnContentException("accuracy");
            accuracy += tag.TagClass == TagClass.Universal ? TimeSpan.FromSeconds(value)
                : tag.TagValue == 0 ? TimeSpan.FromMilliseconds(value) : TimeSpan.FromMicroseconds(value);
        }
        return accuracy;
    }

    /// <summary>Policy, serial number and time, for logs.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"time-stamp {SerialNumber} of {Time:O} under {Policy}");
}
