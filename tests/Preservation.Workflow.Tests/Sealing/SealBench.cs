using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Sealing;

/// <summary>Keys and certificates in a folder, and the check of what they sealed.</summary>
internal static class SealBench
{
    public static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes key and certificate; what they are called begins with the name.</summary>
    public static SealKeyOptions Make(string folder, string name, AsymmetricAlgorithm? key = null, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var own = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var made = key ?? own!;
        var request = made is RSA rsa ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest($"CN={name}", (ECDsa)made, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Begin, Begin.AddYears(10));
        var options = new SealKeyOptions { CertificateFile = Path.Join(folder, name + ".crt"), KeyFile = Path.Join(folder, name + ".key"), From = from, Until = until };
        File.WriteAllText(options.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(options.KeyFile, made.ExportPkcs8PrivateKeyPem());
        return options;
    }

    /// <summary>The subject of the certificate whose key sealed this content.</summary>
    /// <exception cref="CryptographicException">The seal does not hold.</exception>
    public static string Verify(byte[] content, byte[] seal)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        cms.Decode(seal);
        cms.CheckSignature(verifySignatureOnly: true);
        return cms.SignerInfos[0].Certificate!.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }
}
