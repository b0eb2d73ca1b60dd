using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Sealing;

/// <summary>The service's seal: a detached CMS signature (RFC 5652) that <c>preserve verify</c> and <c>openssl cms -verify</c> both check.</summary>
public sealed class Signer : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _issuers = [];
    private readonly TimeProvider _clock;

    /// <summary>
    /// Loads key and certificate. Further certificates in the file are its issuers: they go into every seal, so that a stranger needs the root alone.
    /// </summary>
    /// <exception cref="CryptographicException">They cannot be read or do not belong together.</exception>
    public Signer(IOptions<PreservationOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _clock = clock;
        _certificate = X509Certificate2.CreateFromPemFile(options.Value.Seal.CertificateFile, options.Value.Seal.KeyFile);
        _issuers.ImportFromPemFile(options.Value.Seal.CertificateFile);
        _issuers.RemoveAt(0);
    }

    /// <summary>The certificate that verifies the seal.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo) in hexadecimal: what receipts name it by.</summary>
    public string KeyId => Convert.ToHexStringLower(SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>Seals content; the result is a DER SignedData without the content.</summary>
    public byte[] Seal(byte[] content)
    {
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), // SHA-256
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        signer.Certificates.AddRange(_issuers);
        signer.SignedAttributes.Add(new Pkcs9SigningTime(_clock.GetUtcNow().UtcDateTime));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var issuer in _issuers) issuer.Dispose();
    }
}
