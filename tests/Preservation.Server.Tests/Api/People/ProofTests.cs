using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Server.Tests.Pages.Browser;
using Preservation.Workflow;
using Preservation.Workflow.Access;

namespace Preservation.Server.Tests.Api.People;

/// <summary>Keys and certificates as they come over TLS: what proves somebody, and the answer to what does not.</summary>
[NonParallelizable]
internal sealed class ProofTests
{
    private const string Clients = "1.3.6.1.5.5.7.3.2";
    private const string Servers = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);
    private string _folder = "";
    private PageServer _server = null!;
    private SampleArchive _archive = null!;
    private ECDsa _anchorKey = null!;
    private X509Certificate2 _anchor = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("proofs-").FullName;
        (_anchorKey, _anchor) = Anchor("CN=Sở Nội vụ CA");
        var anchors = Directory.CreateDirectory(Path.Join(_folder, "anchors")).FullName;
        await File.WriteAllTextAsync(Path.Join(anchors, "anchor.pem"), _anchor.ExportCertificatePem());
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var server = Issue(serverKey, Servers);
        await File.WriteAllTextAsync(Path.Join(_folder, "server.crt"), server.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Join(_folder, "server.key"), serverKey.ExportPkcs8PrivateKeyPem());
        _server = await PageServer.StartAsync("--urls", "https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path", Path.Join(_folder, "server.crt"), "--Kestrel:Certificates:Default:KeyPath", Path.Join(_folder, "server.key"),
            "--Preservation:People:CertificateAnchors", anchors);
        _archive = await SampleArchive.CreateAsync(_server);
    }

    [TearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
        _anchor?.Dispose();
        _anchorKey?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_certificate_that_was_entered_opens_the_api_until_it_is_revoked_or_ends_and_never_the_pages()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Issue(key, Clients);
        Assert.That((await GetAsync(certificate)).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "not entered yet");
        var credential = await EnterAsync(certificate);
        Assert.That((await GetAsync(certificate)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync(certificate, path: "/submissions")).Status, Is.EqualTo(HttpStatusCode.Redirect), "a page asks for a session");
        Assert.That((await GetAsync(certificate, "pk_0000000000000000_" + new string('0', 64))).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "a key that is named is what counts");
        Assert.That((await GetAsync(certificate, _archive.KeyOf("auditor"), "/api/v1/log/entries")).Status, Is.EqualTo(HttpStatusCode.OK));
        using var renewed = Issue(key, Clients, days: 60);
        Assert.That((await GetAsync(renewed)).Status, Is.EqualTo(HttpStatusCode.OK), "a new certificate over the same key");
        await PostAsync("administrator", $"/api/v1/principals/{_archive.IdOf("producer")}/keys/{credential}/revoke", new { });
        Assert.That((await GetAsync(certificate)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task What_no_anchor_issued_for_clients_or_does_not_hold_now_proves_nobody()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using (var entered = Issue(key, Clients)) await EnterAsync(entered);
        using var forServers = Issue(key, Servers);
        using var ended = Issue(key, Clients, days: -1);
        using var self = new CertificateRequest("CN=tự ký", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(10));
        var (otherKey, other) = Anchor("CN=Sở Nội vụ CA");
        using var foreign = Issue(key, Clients, 30, other, otherKey);
        foreach (var (certificate, why) in new[] { (forServers, "for servers"), (ended, "ended"), (self, "issued by itself"), (foreign, "another issuer of the same name") })
            Assert.That((await GetAsync(certificate)).Status, Is.EqualTo(HttpStatusCode.Unauthorized), why);
        other.Dispose();
        otherKey.Dispose();
        using (var good = Issue(key, Clients))
        {
            Assert.That((await GetAsync(good)).Status, Is.EqualTo(HttpStatusCode.OK));
            _server.Clock.Advance(TimeSpan.FromDays(31));
            Assert.That((await GetAsync(good)).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "by the service's own clock");
        }
    }

    [Test]
    public async Task Key_stuffing_is_answered_by_waiting_and_told_and_loses_nothing()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++) statuses.Add((await GetAsync(null, ApiKey.Create().Text)).Status);
        Assert.That(statuses.Take(11), Is.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(statuses.Skip(11), Is.All.EqualTo(HttpStatusCode.TooManyRequests));
        var (status, body, after) = await GetAsync(null, _archive.KeyOf("auditor"));
        Assert.That((status, after), Is.EqualTo((HttpStatusCode.TooManyRequests, (TimeSpan?)TimeSpan.FromSeconds(1))));
        Assert.That(JsonDocument.Parse(body).RootElement.GetProperty("code").GetString(), Is.EqualTo("tooManyAttempts"));
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await GetAsync(null, _archive.KeyOf("auditor"))).Status, Is.EqualTo(HttpStatusCode.OK));
        await using var session = await _archive.BeginAsync();
        Assert.That(await session.Rows.Tasks.CountAsync(t => t.Kind == TaskKinds.KeyStuffing), Is.EqualTo(1));
        Assert.That((await GetAsync(null, _archive.KeyOf("administrator"), "/api/v1/tasks")).Body, Does.Contain("address 127.0.0.1"));
    }

    [Test]
    public async Task A_grant_that_ended_a_second_ago_opens_nothing_and_one_that_ends_in_a_second_still_does()
    {
        var reader = _archive.IdOf("leaver");
        await using (var session = await _archive.BeginAsync())
        {
            (await session.Rows.RoleGrants.SingleAsync(g => g.PrincipalId == reader)).ValidUntil = session.Now.AddSeconds(1);
            await session.CommitAsync(default);
        }
        Assert.That((await GetAsync(null, _archive.KeyOf("leaver"))).Status, Is.EqualTo(HttpStatusCode.OK));
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await GetAsync(null, _archive.KeyOf("leaver"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_key_is_turned_over_the_api_and_a_repeated_request_is_not_told_the_secret_again()
    {
        var producer = _archive.IdOf("producer");
        Guid old;
        await using (var session = await _archive.BeginAsync()) old = await session.Rows.Credentials.Where(c => c.PrincipalId == producer).Select(c => c.Id).SingleAsync();
        var path = $"/api/v1/principals/{producer}/keys/{old}/rotate";
        var first = await PostAsync("administrator", path, new { overlapHours = 1 }, "turn");
        var key = first.GetProperty("key").GetString()!;
        Assert.That((await PostAsync("administrator", path, new { overlapHours = 1 }, "turn")).GetProperty("key").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await GetAsync(null, key)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync(null, _archive.KeyOf("producer"))).Status, Is.EqualTo(HttpStatusCode.OK));
        _server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.That((await GetAsync(null, _archive.KeyOf("producer"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await GetAsync(null, key)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Of_many_requests_at_once_under_one_idempotency_key_one_is_told_a_key_and_that_key_works()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("administrator", $"/api/v1/principals/{_archive.IdOf("producer")}/keys", new { }, "at once")));
        Assert.That(answers.Select(a => a.GetProperty("id").GetString()).Distinct().Count(), Is.EqualTo(1));
        var told = answers.Select(a => a.GetProperty("key").GetString()).OfType<string>().ToList();
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That((await GetAsync(null, told[0])).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<string> EnterAsync(X509Certificate2 certificate) =>
        (await PostAsync("administrator", $"/api/v1/principals/{_archive.IdOf("producer")}/certificates", new { certificate = certificate.ExportCertificatePem() })).GetProperty("id").GetString()!;

    private async Task<(HttpStatusCode Status, string Body, TimeSpan? After)> GetAsync(X509Certificate2? certificate, string? key = null, string path = "/api/v1/submissions")
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.Issuer == _anchor.Subject;
        if (certificate is not null) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Address + path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.RetryAfter?.Delta);
    }

    private async Task<JsonElement> PostAsync(string person, string path, object body, string? idempotencyKey = null)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.Issuer == _anchor.Subject;
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Address + path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _archive.KeyOf(person));
        request.Headers.Add("Idempotency-Key", idempotencyKey ?? Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static (ECDsa Key, X509Certificate2 Certificate) Anchor(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return (key, request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(9)));
    }

    private X509Certificate2 Issue(ECDsa key, string use, int days = 30) => Issue(key, use, days, _anchor, _anchorKey);

    private static X509Certificate2 Issue(ECDsa key, string use, int days, X509Certificate2 issuer, ECDsa issuerKey)
    {
        var request = new CertificateRequest("CN=hệ thống nộp", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var bare = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), Now.AddDays(-30), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
