using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Preservation.Testing.Log;

namespace Preservation.Cli.Tests;

/// <summary>Sealed receipts in files, and the published keys they are sealed with.</summary>
internal static class HeldSeals
{
    public static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=Seal", key, HashAlgorithmName.SHA256).CreateSelfSigned(SampleLog.Start, SampleLog.Start.AddYears(10));
    }

    public static string KeyId(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    public static string Write(string folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Join(folder, name), bytes);
        return Path.Join(folder, name);
    }

    /// <summary>A receipt that saw so many entries, with its seal beside it.</summary>
    public static string Receipt(string folder, string name, SampleLog log, int size, X509Certificate2 seal)
    {
        var body = log.Receipt(size, KeyId(seal));
        var cms = new SignedCms(new ContentInfo(body), detached: true);
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, seal) { IncludeOption = X509IncludeOption.EndCertOnly });
        Write(folder, name + ".p7s", cms.Encode());
        return Write(folder, name, body);
    }

    /// <summary>What <c>GET /log/keys</c> gives.</summary>
    public static byte[] Keys(params (X509Certificate2 Certificate, DateTimeOffset? RevokedAt, bool? Compromise)[] keys) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        items = keys.Select(k => new { id = KeyId(k.Certificate), revokedAt = k.RevokedAt, compromise = k.Compromise }), next = (string?)null,
    });
}
