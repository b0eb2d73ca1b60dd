using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Workflow.Tests.Renewal.Century;

/// <summary>A root with its revocation list, by any scheme: it issues time-stampers, revokes them, and ends.</summary>
internal sealed class CenturyRoot : IDisposable
{
    private readonly CertificateRevocationListBuilder _revoked = new();
    private readonly AsymmetricAlgorithm _key;
    private readonly X509SignatureGenerator _generator;
    private readonly X509Certificate2 _certificate;
    private int _lists;

    public CenturyRoot(string name, Scheme scheme, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        (Name, Scheme) = (name, scheme);
        (_key, _generator) = NewKey(scheme);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), _generator.PublicKey, scheme.Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(_generator.PublicKey, false));
        _certificate = request.Create(request.SubjectName, _generator, notBefore, notAfter, Serial());
    }

    public string Name { get; }

    public Scheme Scheme { get; }

    public DateTimeOffset NotAfter => _certificate.NotAfter;

    public string Pem => _certificate.ExportCertificatePem();

    public X509Certificate2 IssueTimeStamper(string name, Scheme scheme, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var (key, generator) = NewKey(scheme);
        using var owned = key;
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), generator.PublicKey, Scheme.Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], true));
        using var bare = request.Create(_certificate.SubjectName, _generator, notBefore, notAfter < NotAfter ? notAfter : NotAfter.AddDays(-1), Serial());
        return key is RSA rsa ? bare.CopyWithPrivateKey(rsa) : bare.CopyWithPrivateKey((ECDsa)key);
    }

    public void Revoke(X509Certificate2 certificate, DateTimeOffset at, X509RevocationReason reason) => _revoked.AddEntry(certificate, at, reason);

    public byte[] List(DateTimeOffset now) => _revoked.Build(_certificate.SubjectName, _generator, ++_lists, now.AddDays(200), Scheme.Hash,
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false), now.AddMinutes(-1));

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static (AsymmetricAlgorithm, X509SignatureGenerator) NewKey(Scheme scheme)
    {
        if (scheme.RsaBits == 0)
        {
            var ec = ECDsa.Create(scheme.Curve);
            return (ec, X509SignatureGenerator.CreateForECDsa(ec));
        }
        var rsa = RSA.Create(scheme.RsaBits);
        return (rsa, X509SignatureGenerator.CreateForRSA(rsa, scheme.Padding!));
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)(serial[0] & 0x3F | 0x40);
        return serial;
    }
}
