using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing.Pkcs11;

namespace Preservation.Workflow.Sealing;

/// <summary>One key that seals, from when until when, and its certificate.</summary>
internal sealed class SealingKey : IDisposable
{
    private readonly X509Certificate2Collection _issuers = [];
    private readonly Pkcs11Token? _token;
    private readonly AsymmetricAlgorithm? _private;

    /// <exception cref="CryptographicException">Certificate or key cannot be read, or do not belong together.</exception>
    /// <exception cref="Pkcs11Exception">The library of the token cannot be loaded.</exception>
    public SealingKey(SealKeyOptions options)
    {
        if (options.Pkcs11 is { } token)
        {
            Certificate = X509Certificate2.CreateFromPem(File.ReadAllText(options.CertificateFile));
            _token = new Pkcs11Token(token);
            _private = InToken(_token, Certificate);
        }
        else
        {
            Certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
        _issuers.ImportFromPemFile(options.CertificateFile);
        _issuers.RemoveAt(0);
        From = options.From?.ToUniversalTime() ?? Certificate.NotBefore.ToUniversalTime();
        Until = options.Until?.ToUniversalTime() ?? Certificate.NotAfter.ToUniversalTime();
        Id = Convert.ToHexStringLower(SHA256.HashData(Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo) in hexadecimal.</summary>
    public string Id { get; }

    /// <summary>The first instant it seals.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The instant from which on it seals no more.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>A DER SignedData without the content.</summary>
    public byte[] Seal(byte[] content, DateTimeOffset now)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, Certificate, _private)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), // SHA-256
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        signer.Certificates.AddRange(_issuers);
        signer.SignedAttributes.Add(new Pkcs9SigningTime(now.UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    /// <summary>Makes sure that the key can be reached and is the certificate's.</summary>
    /// <exception cref="CryptographicException">It is another key.</exception>
    /// <exception cref="Pkcs11Exception">The token refuses or is not there.</exception>
    public void Prove(DateTimeOffset now)
    {
        var content = RandomNumberGenerator.GetBytes(32);
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        cms.Decode(Seal(content, now));
        cms.CheckSignature(verifySignatureOnly: true);
    }

    public void Dispose()
    {
        _private?.Dispose();
        _token?.Dispose();
        Certificate.Dispose();
        foreach (var issuer in _issuers) issuer.Dispose();
    }

    private static AsymmetricAlgorithm InToken(Pkcs11Token token, X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return new Pkcs11Rsa(token, rsa.ExportParameters(includePrivateParameters: false));
        using var ecdsa = certificate.GetECDsaPublicKey() ?? throw new CryptographicException("a key in a token is RSA or ECDSA");
        return new Pkcs11Ecdsa(token, ecdsa);
    }
}
