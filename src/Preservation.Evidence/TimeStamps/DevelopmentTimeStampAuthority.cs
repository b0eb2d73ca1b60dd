using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Evidence.TimeStamps;

/// <summary>
/// Makes RFC 3161 tokens for demonstrations and tests. Its tokens are worth nothing outside: the certificate's subject must contain
/// <c>DEVELOPMENT ONLY</c>, and the policy lies under an arc (2.25 by UUID) that says so in this library alone.
/// </summary>
public sealed class DevelopmentTimeStampAuthority : IDisposable
{
    /// <summary>Policy of every token made here: development only.</summary>
    public const string PolicyOid = "2.25.155925090651141115337130007617242810230.1";

    /// <summary>What the certificate's subject must contain.</summary>
    public const string Mark = "DEVELOPMENT ONLY";

    private const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    private const int BadAlgorithm = 0, BadRequest = 2, UnacceptedPolicy = 15;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _chain;

    /// <summary>Loads certificate, key and the certificates above it.</summary>
    /// <exception cref="ArgumentException">The subject lacks <see cref="Mark"/>, or the extended key usage is not critical time-stamping alone.</exception>
    /// <exception cref="CryptographicException">The PEM texts cannot be read or do not belong together.</exception>
    public DevelopmentTimeStampAuthority(string certificatePem, string keyPem, string chainPem = "")
    {
        _certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        _chain = [];
        if (chainPem.Length > 0) _chain.ImportFromPem(chainPem);
        if (!_certificate.Subject.Contains(Mark, StringComparison.Ordinal))
            throw new ArgumentException($"the subject must contain {Mark}", nameof(certificatePem));
        var usage = _certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usage is not { Critical: true } || usage.EnhancedKeyUsages.Count != 1 || usage.EnhancedKeyUsages[0].Value != "1.3.6.1.5.5.7.3.8")
            throw new ArgumentException("the certificate is not for time-stamping alone", nameof(certificatePem));
    }

    /// <summary>Answers a request: a TimeStampResp, with a token or with the reason why not.</summary>
    /// <param name="request">TimeStampReq as received.</param>
    /// <param name="now">The time to state.</param>
    public byte[] Answer(ReadOnlyMemory<byte> request, DateTimeOffset now)
    {
        if (!TimeStampRequest.TryDecode(request, out var decoded)) return Refuse(BadRequest, "malformed request or unaccepted digest");
        if (decoded.Policy is not null && decoded.Policy != PolicyOid) return Refuse(UnacceptedPolicy, "unaccepted policy");
        if (decoded.Imprint.Algorithm.IsWeak) return Refuse(BadAlgorithm, "weak digest");
        var token = Sign(EncodeInfo(decoded, now), decoded.WantsCertificates);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteInteger(0);
            writer.WriteEncodedValue(token);
        }
        return writer.Encode();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var certificate in _chain) certificate.Dispose();
    }

    private static byte[] EncodeInfo(TimeStampRequest request, DateTimeOffset now)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier(PolicyOid);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(HashOids.Find(request.Imprint.Algorithm)!);
                    writer.WriteNull();
                }
                writer.WriteOctetString(request.Imprint.Bytes.AsSpan());
            }
            writer.WriteInteger(new BigInteger(RandomNumberGenerator.GetBytes(16), isUnsigned: true));
            writer.WriteGeneralizedTime(now.ToUniversalTime(), omitFractionalSeconds: true);
            using (writer.PushSequence()) writer.WriteInteger(1);
            if (request.Nonce is { } nonce) writer.WriteInteger(nonce);
        }
        return writer.Encode();
    }

    private byte[] Sign(byte[] info, bool withCertificates)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(TstInfo), info), detached: false);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.3"),
            IncludeOption = withCertificates ? X509IncludeOption.EndCertOnly : X509IncludeOption.None,
        };
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.47"), EncodeEss()));
        if (withCertificates) signer.Certificates.AddRange(_chain);
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    // SigningCertificateV2 (RFC 5816, RFC 5035 §3); SHA-256 is the default and is therefore not written in DER.
    private byte[] EncodeEss()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(_certificate.RawDataMemory.Span));
        return writer.Encode();
    }

    private static byte[] Refuse(int failure, string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteInteger(2);
            using (writer.PushSequence()) writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
            var bits = new byte[failure / 8 + 1];
            bits[failure / 8] = (byte)(0x80 >> failure % 8);
            writer.WriteBitString(bits, 7 - failure % 8);
        }
        return writer.Encode();
    }
}
