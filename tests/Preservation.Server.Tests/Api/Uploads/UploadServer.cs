using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Tests.Pages.Browser;
using Preservation.Workflow.Access;

namespace Preservation.Server.Tests.Api.Uploads;

/// <summary>The server with two agencies, each with an agreement and producers, asked over HTTP as a tus client would.</summary>
internal sealed class UploadServer : IAsyncDisposable
{
    private readonly Dictionary<string, string> _keys = [];
    private readonly HttpClient _http;

    private UploadServer(PageServer server)
    {
        Server = server;
        _http = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromSeconds(60) };
    }

    public PageServer Server { get; }

    public Guid Agency { get; } = Guid.NewGuid();

    public Guid OtherAgency { get; } = Guid.NewGuid();

    public Uri Address => _http.BaseAddress!;

    public string KeyOf(string person) => _keys[person];

    public static async Task<UploadServer> StartAsync(params string[] settings)
    {
        var server = new UploadServer(await PageServer.StartAsync(settings));
        await server.AddAsync();
        return server;
    }

    /// <summary>Sends as <paramref name="person"/>; <c>Tus-Resumable</c> goes with it unless the headers say something else of it.</summary>
    public async Task<Answer> SendAsync(string method, string path, (string Name, string? Value)[]? headers = null, HttpContent? body = null, string? person = "producer")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        if (person is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keys[person]);
        foreach (var (name, value) in headers ?? [])
            if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        if (headers?.Any(h => h.Name == "Tus-Resumable") != true) request.Headers.Add("Tus-Resumable", "1.0.0");
        using var response = await _http.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, all, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Begins an upload; returns its path.</summary>
    public async Task<string> BeginAsync(long length, string person = "producer", string fileName = "gói.zip")
    {
        var answer = await SendAsync("POST", "/api/v1/uploads", [("Upload-Length", $"{length}"), ("Upload-Metadata", $"filename {Base64(fileName)}")], person: person);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Body);
        return answer["Location"]!;
    }

    public Task<Answer> PatchAsync(string upload, long offset, byte[] bytes, string? checksum = null, string person = "producer") =>
        SendAsync("PATCH", upload, [("Upload-Offset", $"{offset}"), ("Upload-Checksum", checksum)], Piece(bytes), person);

    public Task<Answer> HeadAsync(string upload, string? person = "producer") => SendAsync("HEAD", upload, person: person);

    public async Task<long> OffsetAsync(string upload) => long.Parse((await HeadAsync(upload))["Upload-Offset"]!, System.Globalization.CultureInfo.InvariantCulture);

    public static HttpContent Piece(byte[] bytes, string? type = "application/offset+octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null) content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public Task<CatalogueSession> BeginSessionAsync() => Server.Sessions.BeginAsync(CatalogueScope.All, default);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private async Task AddAsync()
    {
        await using var session = await BeginSessionAsync();
        foreach (var (id, name) in new[] { (Agency, "Sở Nội vụ"), (OtherAgency, "Sở Tài chính") })
            session.Rows.Agencies.Add(new Agency { Id = id, Name = name, Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.FlushAsync(default);
        foreach (var (id, code) in new[] { (Agency, "NV"), (OtherAgency, "TC") })
        {
            var agreement = new Agreement { Id = Guid.NewGuid(), AgencyId = id, Code = code, Title = code, CreatedAt = session.Now };
            session.Rows.Agreements.Add(agreement);
            await session.FlushAsync(default);
            session.Rows.AgreementVersions.Add(new AgreementVersion { Id = Guid.NewGuid(), AgreementId = agreement.Id, Version = 1, EffectiveFrom = session.Now, Terms = "{}", CreatedAt = session.Now });
        }
        await AddPersonAsync(session, "producer", [(Role.Producer, Agency)]);
        await AddPersonAsync(session, "colleague", [(Role.Producer, Agency)]);
        await AddPersonAsync(session, "stranger", [(Role.Producer, OtherAgency)]);
        await AddPersonAsync(session, "both", [(Role.Producer, Agency), (Role.Producer, OtherAgency)]);
        await AddPersonAsync(session, "auditor", [(Role.Auditor, null)]);
        await AddPersonAsync(session, "ended", [(Role.Producer, Agency)], ended: true);
        await session.CommitAsync(default);
    }

    private async Task AddPersonAsync(CatalogueSession session, string person, (Role Role, Guid? Agency)[] grants, bool ended = false)
    {
        var (key, lookup, hash) = ApiKey.Create();
        var id = Guid.NewGuid();
        _keys[person] = key;
        session.Rows.Principals.Add(new Principal { Id = id, Kind = PrincipalKind.Person, Name = person, AgencyId = grants[0].Agency, ValidFrom = session.Now, CreatedAt = session.Now });
        await session.FlushAsync(default);
        session.Rows.Credentials.Add(new Credential { Id = Guid.NewGuid(), PrincipalId = id, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = session.Now });
        foreach (var (role, agency) in grants)
            session.Rows.RoleGrants.Add(new RoleGrant
            {
                Id = Guid.NewGuid(), PrincipalId = id, Role = role, Scope = agency is null ? GrantScope.Everything : GrantScope.Agency, AgencyId = agency, ValidFrom = session.Now.AddDays(-2),
                ValidUntil = ended ? session.Now.AddSeconds(-1) : null, Basis = "test", CreatedAt = session.Now,
            });
        await session.FlushAsync(default);
    }
}

/// <summary>What the server said.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>Asserts the status, and what the body tells beside others.</summary>
    public void Says(int status, params string[] words)
    {
        Assert.That(Status, Is.EqualTo(status), Body);
        foreach (var word in words) Assert.That(Body, Does.Contain(word));
    }
}
