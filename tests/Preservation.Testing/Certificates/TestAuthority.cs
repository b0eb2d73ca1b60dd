using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Testing.Certificates;

/// <summary>A certification authority for one test: a root that issues signing, time-stamping and CA certificates and revocation lists.</summary>
public sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2034, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RSA _key = RSA.Create(2048);
    private readonly CertificateRevocationListBuilder _revoked = new();

    public TestAuthority(string name = "Test Root")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(Start, End);
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2 IssueSigner(
        string name = "Signer", DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, bool ecdsa = false, bool saysNoRevocation = false, string? crlUrl = null, string? ocspUrl = null) =>
        Issue(name, ecdsa, notBefore ?? Start, notAfter ?? End, request =>
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            if (saysNoRevocation) request.CertificateExtensions.Add(new X509Extension("2.5.29.56", [5, 0], false));
            if (crlUrl is not null) request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([crlUrl]));
            if (ocspUrl is not null) request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([ocspUrl], []));
        });

    public X509Certificate2 IssueTimeStamper(
        string name = "TSA DEVELOPMENT ONLY", DateTimeOffset? notAfter = null, bool critical = true, bool saysNoRevocation = true, string? crlUrl = null) =>
        Issue(name, false, Start, notAfter ?? End, request =>
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical));
            if (saysNoRevocation) request.CertificateExtensions.Add(new X509Extension("2.5.29.56", [5, 0], false));
            if (crlUrl is not null) request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([crlUrl]));
        });

    public void Revoke(X509Certificate2 certificate, DateTimeOffset at, X509RevocationReason? reason = null) => _revoked.AddEntry(certificate, at, reason);

    /// <summary>Makes the list long, by up to 65,536 certificates that nobody has.</summary>
    public void RevokeOthers(int count, DateTimeOffset at)
    {
        for (var i = 0; i < count; i++) _revoked.AddEntry([0x70, (byte)(i / 256), (byte)(i % 256), 1, 2, 3, 4, 5, 6, 7, 8, 9], at);
    }

    public byte[] IssueCrl(DateTimeOffset thisUpdate, DateTimeOffset nextUpdate) => _revoked.Build(
        Certificate, 1, nextUpdate, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, thisUpdate);

    /// <summary>The root's certificate and key as PEM, for programs that answer in its name.</summary>
    public (string Certificate, string Key) RootPem => (Certificate.ExportCertificatePem(), _key.ExportPkcs8PrivateKeyPem());

    /// <summary>Certificate and key of an issued certificate as PEM.</summary>
    public static (string Certificate, string Key) ToPem(X509Certificate2 certificate) =>
        (certificate.ExportCertificatePem(), certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(
        string name, bool ecdsa, DateTimeOffset notBefore, DateTimeOffset notAfter, Action<CertificateRequest> extend)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = ecdsa
            ? new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256)
            : new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        extend(request);
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] &= 0x7F;
        serial[0] |= 0x40;
        using var bare = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForRSA(_key, RSASignaturePadding.Pkcs1), notBefore, notAfter, serial);
        return ecdsa ? bare.CopyWithPrivateKey(ec) : bare.CopyWithPrivateKey(rsa);
    }
}
