using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Server.Tests.Api.Uploads;

namespace Preservation.Server.Tests.Api.Changes;

/// <summary>The feed and the receivers as an agency's systems ask for them.</summary>
internal sealed class ChangeApiTests
{
    private readonly string _key = Path.GetTempFileName();
    private UploadServer _server = null!;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        await File.WriteAllBytesAsync(_key, RandomNumberGenerator.GetBytes(32));
        _server = await UploadServer.StartAsync("--Preservation:Webhooks:KeyFile", _key);
        _http = new HttpClient { BaseAddress = _server.Address };
        await using (var session = await _server.BeginSessionAsync())
        {
            foreach (var (agency, subject) in new[] { (_server.Agency, "own"), (_server.OtherAgency, "foreign") }) session.Audit(null, agency, "agreement.create", "agreement", subject, new { });
            await session.CommitAsync(default);
        }
        await _server.Server.Services.GetRequiredService<AuditSealer>().SealAsync(default);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        File.Delete(_key);
    }

    private async Task<(int Status, string Body)> SendAsync(string person, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.KeyOf(person));
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<(int Status, string Body)> CreateAsync(string person, Guid agency, string? url = null, string? key = null, string[]? types = null) =>
        SendAsync(person, HttpMethod.Post, "/webhooks", new { agencyId = agency, url = url ?? "https://receiver.example/hook", types }, key);

    [Test]
    public async Task Each_agency_reads_its_own_changes_from_any_cursor()
    {
        var (_, own) = await SendAsync("producer", HttpMethod.Get, "/events");
        var (_, foreign) = await SendAsync("stranger", HttpMethod.Get, "/events?after=-1");
        Assert.That(own, Does.Contain("\"own\"").And.Not.Contain("foreign"));
        Assert.That(foreign, Does.Contain("\"foreign\"").And.Not.Contain("\"own\""));
        Assert.That((await SendAsync("producer", HttpMethod.Get, $"/events?agency={_server.OtherAgency}")).Body, Does.Not.Contain("foreign"));
    }

    [TestCase("?after=-2", 400, "invalid")]
    [TestCase("?after=999999", 409, "aheadOfLog")]
    [TestCase("?type=file.read", 400, "invalid")]
    [TestCase("?after=x", 400, "")]
    public async Task A_question_that_makes_no_sense_is_refused(string query, int status, string code)
    {
        var answer = await SendAsync("producer", HttpMethod.Get, "/events" + query);
        Assert.That(answer.Status, Is.EqualTo(status), answer.Body);
        Assert.That(answer.Body, Does.Contain(code));
    }

    [Test]
    public async Task A_secret_is_shown_once_even_when_the_request_is_repeated()
    {
        var first = await CreateAsync("producer", _server.Agency, key: "once");
        var again = await CreateAsync("producer", _server.Agency, key: "once");
        Assert.That((first.Status, again.Status), Is.EqualTo((201, 201)));
        var id = JsonDocument.Parse(first.Body).RootElement.GetProperty("id").GetString();
        Assert.That(first.Body, Does.Contain("whs_"));
        Assert.That(again.Body, Does.Contain(id).And.Not.Contain("whs_"));
        Assert.That((await SendAsync("producer", HttpMethod.Get, "/webhooks")).Body, Does.Contain(id).And.Not.Contain("whs_"));
        Assert.That((await SendAsync("producer", HttpMethod.Post, $"/webhooks/{id}/secret")).Body, Does.Contain("whs_").And.Not.Contain(JsonDocument.Parse(first.Body).RootElement.GetProperty("secret").GetString()));
    }

    [Test]
    public async Task Anothers_receiver_is_none()
    {
        var id = JsonDocument.Parse((await CreateAsync("stranger", _server.OtherAgency)).Body).RootElement.GetProperty("id").GetString();
        Assert.That((await CreateAsync("producer", _server.OtherAgency)).Status, Is.EqualTo(400));
        Assert.That((await SendAsync("producer", HttpMethod.Get, "/webhooks")).Body, Does.Not.Contain(id));
        Assert.That((await SendAsync("producer", HttpMethod.Get, $"/webhooks/{id}/deliveries")).Status, Is.EqualTo(404));
        foreach (var verb in new[] { "replay", "secret", "end" }) Assert.That((await SendAsync("producer", HttpMethod.Post, $"/webhooks/{id}/{verb}", verb == "replay" ? new { } : null)).Status, Is.EqualTo(404), verb);
        Assert.That((await SendAsync("auditor", HttpMethod.Get, "/webhooks")).Status, Is.EqualTo(403));
    }

    [TestCase("http://receiver.example/")]
    [TestCase("https://a:b@receiver.example/")]
    [TestCase("https://receiver.example/\r\nX: 1")]
    [TestCase("gopher://receiver.example/")]
    public async Task An_address_that_could_do_harm_is_refused(string url) => Assert.That((await CreateAsync("producer", _server.Agency, url)).Status, Is.EqualTo(400));

    [Test]
    public async Task An_unknown_type_is_refused_and_an_ended_receiver_stays_ended()
    {
        Assert.That((await CreateAsync("producer", _server.Agency, types: ["everything"])).Status, Is.EqualTo(400));
        var id = JsonDocument.Parse((await CreateAsync("both", _server.Agency)).Body).RootElement.GetProperty("id").GetString();
        Assert.That((await SendAsync("both", HttpMethod.Post, $"/webhooks/{id}/end")).Status, Is.EqualTo(200));
        Assert.That((await SendAsync("both", HttpMethod.Post, $"/webhooks/{id}/replay", new { after = -1 })).Status, Is.EqualTo(409));
    }
}
