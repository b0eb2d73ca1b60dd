using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using CmsSigner = System.Security.Cryptography.Pkcs.CmsSigner;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>Makes answers of a time-stamping authority in which anything can be wrong.</summary>
internal sealed record TestTokens
{
    private static readonly Dictionary<string, string> Functions = new() { ["sha256"] = "2.16.840.1.101.3.4.2.1", ["sha384"] = "2.16.840.1.101.3.4.2.2", ["sha512"] = "2.16.840.1.101.3.4.2.3", ["sha3-512"] = "2.16.840.1.101.3.4.2.10" };

    public required X509Certificate2 Certificate { get; init; }
    public IReadOnlyList<X509Certificate2> Chain { get; init; } = [];
    public BigInteger? Serial { get; init; }
    public BigInteger? Nonce { get; init; }
    public string Policy { get; init; } = "1.3.6.1.4.1.99999.1";
    public int AccuracySeconds { get; init; } = 1;
    public TimeSpan Ahead { get; init; }
    public bool OtherData { get; init; }

    /// <summary>The function of the signature, and of what it says of its certificate.</summary>
    public string Digest { get; init; } = "sha256";

    /// <summary>For an RSA key; null for PKCS #1 v1.5.</summary>
    public RSASignaturePadding? Padding { get; init; }

    /// <summary>A granted response.</summary>
    public byte[] Answer(byte[] request, DateTimeOffset now)
    {
        if (!TimeStampRequest.TryDecode(request, out var decoded)) throw new ArgumentException("no request", nameof(request));
        var cms = new SignedCms(new ContentInfo(new Oid("1.2.840.113549.1.9.16.1.4"), Info(decoded, now + Ahead)), detached: false);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, Certificate) { DigestAlgorithm = new Oid(Functions[Digest]), IncludeOption = X509IncludeOption.EndCertOnly, SignaturePadding = Padding };
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.47"), Ess()));
        foreach (var issuer in Chain) signer.Certificates.Add(issuer);
        cms.ComputeSignature(signer, silent: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteInteger(0);
            writer.WriteEncodedValue(cms.Encode());
        }
        return writer.Encode();
    }

    private byte[] Info(TimeStampRequest request, DateTimeOffset time)
    {
        var imprint = request.Imprint.Bytes.ToArray();
        if (OtherData) imprint[0] ^= 1;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier(Policy);
            using (writer.PushSequence())
            {
                using (writer.PushSequence()) writer.WriteObjectIdentifier(Functions[request.Imprint.Algorithm.Name]);
                writer.WriteOctetString(imprint);
            }
            writer.WriteInteger(Serial ?? new BigInteger(RandomNumberGenerator.GetBytes(12), isUnsigned: true));
            writer.WriteGeneralizedTime(time.ToUniversalTime(), omitFractionalSeconds: true);
            using (writer.PushSequence()) writer.WriteInteger(AccuracySeconds);
            writer.WriteInteger(Nonce ?? request.Nonce!.Value);
        }
        return writer.Encode();
    }

    private byte[] Ess()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            // SHA-256 is the default (RFC 5035 §4).
            if (Digest != "sha256")
                using (writer.PushSequence()) writer.WriteObjectIdentifier(Functions[Digest]);
            writer.WriteOctetString(DigestAlgorithm.Find(Digest)!.Compute(Certificate.RawDataMemory.Span).Bytes.AsSpan());
        }
        return writer.Encode();
    }
}
