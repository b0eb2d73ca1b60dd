using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Preservation.EndToEnd.Tests;

/// <summary>
/// One deployment, two agencies: each with a preserved dossier, a rejected bag and one that waits for a person. Words that occur nowhere else mark
/// what belongs to the second. Principals of the first knock at every door.
/// </summary>
internal sealed class Rooms : IAsyncDisposable
{
    /// <summary>Stands in everything the second agency sent.</summary>
    public const string ForeignWord = "BRAVOTHACH";

    /// <summary>The roles of vietnam.md §4.4 that this service knows.</summary>
    public static readonly string[] Roles = ["producer", "ingestArchivist", "approver", "preservationOfficer", "referenceArchivist", "councilChair", "councilMember", "disposalExecutor", "reader", "auditor", "administrator"];

    private readonly HttpClient _http;

    private Rooms(Archive archive)
    {
        Archive = archive;
        _http = new HttpClient { BaseAddress = archive.Deployment.Address };
    }

    public Archive Archive { get; }

    /// <summary>Keys of the first agency's people: one a role, one without a role, one whose grant has ended, and no key at all.</summary>
    public Dictionary<string, string?> Callers { get; } = [];

    public Room Own { get; private set; } = null!;

    public Room Foreign { get; private set; } = null!;

    public JsonElement Paths { get; private set; }

    public static async Task<Rooms> StartAsync()
    {
        var rooms = new Rooms(await Archive.StartAsync(inFolders: true));
        var archive = rooms.Archive;
        rooms.Paths = JsonDocument.Parse((await rooms.SendAsync(HttpMethod.Get, "/openapi/v1.json", null)).Body).RootElement.GetProperty("paths");
        foreach (var role in Roles) rooms.Callers[role] = await archive.AddPrincipalAsync(role, role == "producer" ? "system" : "person", archive.AgencyId);
        rooms.Callers["without a role"] = await rooms.AddEndedAsync(withGrant: false);
        rooms.Callers["with an ended grant"] = await rooms.AddEndedAsync(withGrant: true);
        rooms.Callers["without a key"] = null;
        var foreign = await archive.AddAgencyAsync($"Sở Tài chính {ForeignWord}", "H99.2");
        rooms.Own = await rooms.FillAsync(archive.AgencyId, "H99.1", "ALFAKHOA");
        rooms.Foreign = await rooms.FillAsync(foreign, "H99.2", ForeignWord);
        return rooms;
    }

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? key, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        if (body is HttpContent content) request.Content = content;
        else if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }

    public async Task<List<string>> ColumnAsync(string sql, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(Archive.Deployment.Database);
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        var values = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) values.Add(reader.GetString(0));
        return values;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Archive.DisposeAsync();
    }

    private async Task<string> AddEndedAsync(bool withGrant)
    {
        var administrator = Archive.Administrator;
        var id = (await administrator.PostAsync("/api/v1/principals", new { kind = "person", name = "Người thôi việc", agencyId = Archive.AgencyId })).GetProperty("id").GetString();
        if (withGrant)
        {
            var grant = (await administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role = "approver", scope = "agency", agencyId = Archive.AgencyId, basis = "test" })).GetProperty("id").GetString();
            await administrator.PostAsync($"/api/v1/principals/{id}/grants/{grant}/end", new { });
        }
        return (await administrator.PostAsync($"/api/v1/principals/{id}/keys", new { })).GetProperty("key").GetString()!;
    }

    private async Task<Room> FillAsync(string agency, string code, string word)
    {
        var agreements = new Dictionary<string, string>();
        foreach (var approval in new[] { "automatic", "person" })
            agreements[approval] = (await Archive.AddAgreementAsync(agency, $"{word}-{approval}", approval)).GetProperty("id").GetString()!;
        await Archive.Administrator.PostAsync("/api/v1/fonds", new { agencyId = agency, code = $"P-{word}", name = $"Phông {word}" });
        var producer = Archive.With(await Archive.AddPrincipalAsync("producer", "system", agency));
        var registration = (await producer.PostAsync("/api/v1/registrations", new { agreement = $"{word}-automatic", fonds = $"P-{word}", year = 2026, title = $"Hồ sơ {word}", plannedPackages = 3, plannedFrom = "2026-12-01" })).GetProperty("id").GetString()!;
        var approver = Archive.With(await Archive.AddPrincipalAsync("approver", "person", agency));
        await approver.PostAsync($"/api/v1/registrations/{registration}/accept", new { reason = "đồng ý" });
        await approver.PostAsync($"/api/v1/registrations/{registration}/rounds", new { opensOn = "2020-01-01", closesOn = "2020-01-31", plannedPackages = 1 });
        await approver.PostAsync($"/api/v1/registrations/{registration}/rounds/1/close", new { });
        await Eventually.TrueAsync("the minutes of the round are made", async () => await producer.StatusAsync($"/api/v1/registrations/{registration}/rounds/1/documents") == HttpStatusCode.OK, Archive.Deployment.Tail);
        var folder = Directory.CreateDirectory(Archive.Deployment.Scratch(word)).FullName;
        var files = new Dictionary<string, byte[]> { [$"{word}-1.txt"] = Encoding.UTF8.GetBytes($"Nội dung một {word}"), [$"{word}-2.txt"] = Encoding.UTF8.GetBytes($"Nội dung hai {word}") };
        var dossier = await File.ReadAllBytesAsync(await Dossier.PackAsync(folder, code, word, word, files));
        var good = await producer.SubmitAsync(dossier, $"{word}.zip", $"{word}-automatic");
        var bad = await producer.SubmitAsync(new Bag().Add($"{word}.txt", "một").WithWrongDigest($"{word}.txt").ToZip(), $"{word}-bad.zip", $"{word}-automatic");
        var waiting = await producer.SubmitAsync(new Bag().Add($"{word}.txt", "hai").ToZip(), $"{word}-waiting.zip", $"{word}-person");
        var ended = await producer.FollowAsync(good, "preserved", "rejected");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("preserved"), ended.ToString());
        var package = ended.GetProperty("packageId").GetString()!;
        await producer.FollowAsync(bad, "rejected");
        await producer.FollowAsync(waiting, "awaitingApproval");
        await Eventually.TrueAsync("the package is covered by a time-stamp", async () => await producer.StatusAsync($"/api/v1/packages/{package}/evidence") == HttpStatusCode.OK, Archive.Deployment.Tail);
        var path = (await ColumnAsync("SELECT logical_path FROM file WHERE package_id = $1 AND logical_path LIKE 'representations/%txt' ORDER BY 1", Guid.Parse(package)))[0];
        var task = (await ColumnAsync("SELECT id::text FROM task WHERE submission_id = $1", Guid.Parse(waiting)))[0];
        var people = await ColumnAsync("SELECT id::text FROM principal WHERE agency_id = $1 ORDER BY 1", Guid.Parse(agency));
        string entry = "";
        await Eventually.TrueAsync("an audit entry of the package is sealed", async () =>
            (entry = (await ColumnAsync("SELECT e.id::text FROM audit_entry e JOIN audit_seal s ON s.entry_id = e.id WHERE e.agency_id = $1 AND e.subject_id = $2 ORDER BY e.id LIMIT 1", Guid.Parse(agency), package)).FirstOrDefault() ?? "").Length > 0);
        var sender = await Archive.AddPrincipalAsync("producer", "system", agency);
        var begun = await SendAsync(HttpMethod.Post, "/api/v1/uploads", sender, null, ("Tus-Resumable", "1.0.0"), ("Upload-Length", "1000"), ("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(word))}"));
        Assert.That(begun.Status, Is.EqualTo(HttpStatusCode.Created), begun.Body);
        var upload = JsonDocument.Parse(begun.Body).RootElement.GetProperty("upload").GetString()!;
        var webhook = (await producer.PostAsync("/api/v1/webhooks", new { agencyId = agency, url = $"https://{word.ToLowerInvariant()}.invalid/changes" })).GetProperty("id").GetString()!;
        return new Room(agency, word, upload, webhook, agreements["automatic"], [good, bad, waiting], package, path, task, registration, people[0],
            (await ColumnAsync("SELECT id::text FROM credential WHERE principal_id = $1", Guid.Parse(people[0])))[0], (await ColumnAsync("SELECT id::text FROM role_grant WHERE principal_id = $1", Guid.Parse(people[0])))[0], entry,
            [.. await ColumnAsync("SELECT encode(sha256, 'hex') FROM file WHERE package_id = $1 AND logical_path = $2", Guid.Parse(package), path),
                .. await ColumnAsync("SELECT encode(inventory_sha512, 'hex') FROM package_version WHERE package_id = $1", Guid.Parse(package))]);
    }
}

/// <summary>What one agency has; of the submissions one is preserved, one rejected, one waits for a person; the entry is one of the audit log about the package.</summary>
internal sealed record Room(
    string Agency, string Word, string Upload, string Webhook, string Agreement, IReadOnlyList<string> Submissions, string Package, string File, string Task, string Registration, string Principal, string Credential, string Grant, string Entry,
    IReadOnlyList<string> Digests)
{
    /// <summary>What gives this room away wherever it is read.</summary>
    public IEnumerable<string> Marks => [Agency, Word, Upload, Webhook, Agreement, Package, Task, Registration, Principal, Credential, Grant, .. Submissions, .. Digests];
}
