using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>An authority over HTTPS whose certificate leads to an anchor of its own, and that wants to know who asks.</summary>
internal sealed class TlsAuthorityTests : EvidenceFixture
{
    private static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), Until = new(2044, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private X509Certificate2 _anchor = null!, _server = null!, _client = null!, _stranger = null!;
    private WebApplication _application = null!;
    private readonly List<string> _askedBy = [];

    protected override void Configure(PreservationOptions options)
    {
        var authority = options.TimeStamps.Authorities.Single();
        authority.Url = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/tsa";
        var how = (string?)TestContext.CurrentContext.Test.Properties.Get("Tls");
        if (how is not "no anchor") authority.TlsAnchorsFile = Write("anchor.pem", (how is "other anchor" ? _stranger : _anchor).ExportCertificatePem());
        if (how is "no client") return;
        authority.ClientCertificateFile = Write("client.pem", _client.ExportCertificatePem());
        authority.ClientKeyFile = Write("client.key", _client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    // Before the fixture's own set-up, which asks for the address.
    [OneTimeSetUp]
    public async Task StartTls()
    {
        (_anchor, _stranger) = (Make("CN=anchor", null, null), Make("CN=stranger", null, null));
        (_server, _client) = (Make("CN=127.0.0.1", _anchor, "1.3.6.1.5.5.7.3.1"), Make("CN=archive", _anchor, "1.3.6.1.5.5.7.3.2"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = X509CertificateLoader.LoadPkcs12(_server.Export(X509ContentType.Pkcs12), null), ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == "CN=anchor",
        })));
        _application = builder.Build();
        _application.Run(async context =>
        {
            _askedBy.Add(context.Connection.ClientCertificate!.Subject);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            context.Response.ContentType = "application/timestamp-reply";
            await context.Response.Body.WriteAsync(Authorities[0].Tokens.Answer(body.ToArray(), Clock.GetUtcNow()));
        });
        await _application.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopTls()
    {
        if (_application is not null) await _application.DisposeAsync();
        _anchor?.Dispose();
        _server?.Dispose();
        _client?.Dispose();
        _stranger?.Dispose();
    }

    [Test]
    public async Task Who_asks_shows_its_certificate_and_believes_the_anchor_it_was_given()
    {
        var token = await StampAsync();
        Assert.That((token.State, token.Tsa), Is.EqualTo((TokenState.Proven, "tsa-1")), token.LastProblem);
        Assert.That(_askedBy, Does.Contain("CN=archive"));
    }

    [Test, Property("Tls", "no client")]
    public Task Without_its_certificate_nothing_is_got() => RefusedAsync();

    [Test, Property("Tls", "no anchor")]
    public Task An_authority_that_the_machine_does_not_know_is_not_asked() => RefusedAsync();

    [Test, Property("Tls", "other anchor")]
    public Task An_authority_under_another_anchor_is_not_asked() => RefusedAsync();

    private async Task RefusedAsync()
    {
        _askedBy.Clear();
        var token = await StampAsync();
        Assert.That((token.State, token.Response), Is.EqualTo((TokenState.Asking, (byte[]?)null)));
        Assert.That(token.LastProblem, Is.Not.Empty);
        Assert.That(_askedBy, Is.Empty);
    }

    private async Task<EvidenceToken> StampAsync()
    {
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
        return (await TokensAsync()).Single();
    }

    private string Write(string name, string text)
    {
        var path = Path.Join(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static X509Certificate2 Make(string name, X509Certificate2? issuer, string? usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, critical: true));
        if (usage is null) return request.CreateSelfSigned(From, Until);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(issuer!, From, Until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
