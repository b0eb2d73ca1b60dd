using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests;

/// <summary>Makes signatures with the platform's SignedCms, a maker independent of the verifier under test.</summary>
internal static class SigningBench
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Sign(
        byte[] content, X509Certificate2 certificate, bool detached, string digestOid = "2.16.840.1.101.3.4.2.1", bool pss = false)
    {
        var cms = new SignedCms(new ContentInfo(content), detached);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid(digestOid),
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        if (pss) signer.SignaturePadding = RSASignaturePadding.Pss;
        signer.SignedAttributes.Add(new Pkcs9SigningTime(Now.UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    public static SignedFile File(string path, byte[] bytes) =>
        new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));

    public static VerificationPolicy Trust(X509Certificate2 root, params byte[][] crls) => new()
    {
        TrustAnchors = TrustAnchors.FromCertificates([root.RawDataMemory]),
        Crls = [.. crls.Select(c => (ReadOnlyMemory<byte>)c)],
    };

    public static Task<VerificationReport> VerifyAsync(
        byte[] signature, byte[]? content, VerificationPolicy policy, DateTimeOffset? now = null, string name = "x.p7s") =>
        SignatureVerification.VerifyAsync(
            File(name, signature), content is null ? [] : [File("x", content)], policy, now ?? Now, default);
}
