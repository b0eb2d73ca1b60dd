using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Server.Hosting;

/// <summary>
/// Judges client certificates. The connection takes any, so that whoever has a bad one is told so by an answer; only here it is decided. Revocation is the credential's
/// row: it counts at once and needs nobody's list.
/// </summary>
internal sealed class ClientCertificates(IOptions<PreservationOptions> options, TimeProvider clock)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2Collection _anchors = Read(options.Value.People.CertificateAnchors);

    public static void Accept(HttpsConnectionAdapterOptions https)
    {
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
    }

    /// <summary>Issued by an anchor for clients, and within its dates by the service's own clock.</summary>
    public bool Holds(X509Certificate2 certificate)
    {
        if (_anchors.Count == 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_anchors);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        var holds = chain.Build(certificate);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return holds;
    }

    private static X509Certificate2Collection Read(string folder)
    {
        var anchors = new X509Certificate2Collection();
        if (folder.Length == 0) return anchors;
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".pem" or ".crt" or ".cer").Order(StringComparer.Ordinal)) anchors.ImportFromPemFile(file);
        return anchors;
    }
}
