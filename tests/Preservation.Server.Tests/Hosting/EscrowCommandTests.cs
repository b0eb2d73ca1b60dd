using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Server.Hosting;
using Preservation.Server.Tests.Pages.Browser;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Access;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Sealing;

namespace Preservation.Server.Tests.Hosting;

/// <summary>The command <c>escrow</c> against a running service: it knows no database, pulls from a folder, signs and reports.</summary>
[NonParallelizable]
internal sealed class EscrowCommandTests
{
    private string _folder = "";
    private PageServer _server = null!;
    private HttpClient _http = null!;
    private string _officer = "";

    [SetUp]
    public async Task Start()
    {
        _folder = Directory.CreateTempSubdirectory("escrow-").FullName;
        MakeKey("vault");
        await WriteAsync("một");
        // The server is ten days behind the escrow: what it orders is due at once.
        _server = await PageServer.StartAsync(TimeProvider.System.GetUtcNow().AddDays(-10), "--Preservation:EscrowCopies:0:Name", "vault", "--Preservation:EscrowCopies:0:CertificateFile", Path.Join(_folder, "vault.crt"));
        _http = new HttpClient { BaseAddress = new Uri(_server.Address) };
        await File.WriteAllTextAsync(Path.Join(_folder, "api.key"), await AddAsync(Role.EscrowHolder) + "\n");
        _officer = await AddAsync(Role.PreservationOfficer);
    }

    [TearDown]
    public async Task Stop()
    {
        _http?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_the_escrow_holds_and_signed_is_shown_by_the_service_and_can_be_checked()
    {
        Assert.That(await RunAsync("--Preservation:Escrow:Url", _server.Address, "--Preservation:Escrow:ApiKeyFile", Path.Join(_folder, "api.key")), Is.EqualTo((0, "")));
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "own", "ocfl"), "METS.xml", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
        var escrow = JsonDocument.Parse(await GetAsync("/api/v1/stores")).RootElement.GetProperty("escrows")[0];
        Assert.That((escrow.GetProperty("name").GetString(), escrow.GetProperty("objects").GetInt64(), escrow.GetProperty("matters").GetArrayLength()), Is.EqualTo(("vault", 1L, 0)));
        var address = $"/api/v1/escrow/reports/{escrow.GetProperty("reportId").GetString()}";
        var body = await BytesAsync(address);
        Assert.That(body, Is.EqualTo(await File.ReadAllBytesAsync(Path.Join(_folder, "own/escrow/reports/0000000001.json"))));
        var cms = new System.Security.Cryptography.Pkcs.SignedCms(new System.Security.Cryptography.Pkcs.ContentInfo(body), detached: true);
        cms.Decode(await BytesAsync(address + "/seal"));
        cms.CheckSignature(verifySignatureOnly: true);
        Assert.That(cms.SignerInfos[0].Certificate!.Subject, Is.EqualTo("CN=vault"));
        // Nothing new: the second report follows, and is sent once.
        Assert.That((await RunAsync("--Preservation:Escrow:Url", _server.Address, "--Preservation:Escrow:ApiKeyFile", Path.Join(_folder, "api.key"))).Exit, Is.Zero);
        Assert.That(JsonDocument.Parse(await GetAsync("/api/v1/stores")).RootElement.GetProperty("escrows")[0].GetProperty("number").GetInt64(), Is.EqualTo(2));
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "own/escrow/reports"), "*.sent").Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task What_the_service_did_not_get_it_gets_with_the_next_pass()
    {
        var key = await File.ReadAllTextAsync(Path.Join(_folder, "api.key"));
        await File.WriteAllTextAsync(Path.Join(_folder, "api.key"), _officer);
        string[] telling = ["--Preservation:Escrow:Url", _server.Address, "--Preservation:Escrow:ApiKeyFile", Path.Join(_folder, "api.key")];
        Assert.That((await RunAsync(telling)).Exit, Is.Zero, "the copy is what counts");
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "own/escrow/reports"), "*.sent"), Is.Empty, "an officer's key tells nothing for an escrow");
        await File.WriteAllTextAsync(Path.Join(_folder, "api.key"), key);
        await WriteAsync("một hai");
        Assert.That((await RunAsync(telling)).Exit, Is.Zero);
        Assert.That(Directory.EnumerateFiles(Path.Join(_folder, "own/escrow/reports"), "*.sent").Count(), Is.EqualTo(2));
        Assert.That(JsonDocument.Parse(await GetAsync("/api/v1/stores")).RootElement.GetProperty("escrows")[0].GetProperty("counts").GetProperty("takenVersions").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_archive_that_lost_what_is_held_ends_it_with_3_and_a_configuration_that_cannot_be_used_with_1()
    {
        Assert.That((await RunAsync()).Exit, Is.Zero, "no service is named: the report stays here");
        var inventory = Directory.EnumerateFiles(Path.Join(_folder, "archive", "ocfl"), "inventory.json", SearchOption.AllDirectories).Single(f => !f.Contains("/v1/", StringComparison.Ordinal));
        File.Delete(inventory);
        Assert.That((await RunAsync()).Exit, Is.EqualTo(3));
        var (exit, error) = await RunAsync("--Preservation:Escrow:Store:Path", Path.Join(_folder, "archive"));
        Assert.That((exit, error), Is.EqualTo((1, "Preservation:Escrow:Source and Store are one folder\n")));
    }

    [Test]
    public async Task What_two_persons_ordered_and_the_operator_confirmed_is_destroyed_there_and_acknowledged_here()
    {
        var package = await AddPackageAsync();
        var (executor, approver) = (await AddAsync(Role.DisposalExecutor), await AddAsync(Role.Approver));
        await File.WriteAllTextAsync(Path.Join(_folder, "archive.crt"), _server.Services.GetRequiredService<Signer>().Certificate.ExportCertificatePem());
        string[] telling = ["--Preservation:Escrow:Url", _server.Address, "--Preservation:Escrow:ApiKeyFile", Path.Join(_folder, "api.key"), "--Preservation:Escrow:OrdersCertificateFile", Path.Join(_folder, "archive.crt")];
        Assert.That(await RunAsync(telling), Is.EqualTo((0, "")));
        var ask = new { decisionNumber = "12/QĐ-HĐ", decisionDate = "2026-01-02", decidedBy = "Hội đồng xét hủy", packages = new[] { package } };
        Assert.That((await PostAsync(approver, "/api/v1/disposal/orders", ask)).Status, Is.EqualTo(HttpStatusCode.Forbidden), "who approves does not ask");
        Assert.That((await PostAsync(executor, "/api/v1/disposal/orders", ask with { packages = [] })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await PostAsync(executor, "/api/v1/disposal/orders", ask with { decidedBy = " " })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await PostAsync(executor, "/api/v1/disposal/orders", ask with { decisionDate = "2126-01-02" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        var refused = await PostAsync(executor, "/api/v1/disposal/orders", ask with { packages = [Guid.NewGuid()] });
        Assert.That((refused.Status, refused.Body.GetProperty("findings")[0].GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "DISPOSAL-UNKNOWN")));
        var (created, made) = await PostAsync(executor, "/api/v1/disposal/orders", ask);
        Assert.That(created, Is.EqualTo(HttpStatusCode.Created));
        var order = made.GetProperty("id").GetString()!;
        Assert.That((await PostAsync(executor, $"/api/v1/disposal/orders/{order}/approve", new { })).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await PostAsync(approver, $"/api/v1/disposal/orders/{order}/approve", new { })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await PostAsync(approver, $"/api/v1/disposal/orders/{order}/approve", new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));

        Assert.That((await RunAsync(["--destroy", order, .. telling])).Error, Does.Contain("This escrow has received no such order"));
        Assert.That((await RunAsync(telling)).Exit, Is.EqualTo(3), "it waits for the operator");
        Assert.That(await StateAsync(order), Is.EqualTo("awaitsOperator"));
        Assert.That(Contents(), Is.EqualTo(1));
        Assert.That((await RunAsync(["--destroy", order])).Error, Does.Contain("this escrow takes no orders"));
        Assert.That((await RunAsync(["--destroy", order, .. telling])).Exit, Is.Zero);
        Assert.That(Contents(), Is.EqualTo(1), "confirmed, and carried out by the next pass");
        Assert.That((await RunAsync(telling)).Exit, Is.Zero);
        Assert.That((Contents(), await StateAsync(order)), Is.EqualTo((0, "destroyed")));
        Assert.That(JsonDocument.Parse(await GetAsync("/api/v1/stores")).RootElement.GetProperty("escrows")[0].GetProperty("orders")[0].GetProperty("destroyed").GetInt32(), Is.EqualTo(1));
        Assert.That(JsonDocument.Parse(await GetAsync("/api/v1/disposal/orders")).RootElement.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await PostAsync(approver, $"/api/v1/disposal/orders/{order}/withdraw", new { reason = "" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await PostAsync(approver, $"/api/v1/disposal/orders/{order}/withdraw", new { reason = "muộn" })).Status, Is.EqualTo(HttpStatusCode.OK));
        var sealedOrder = JsonDocument.Parse(await GetAsync($"/api/v1/escrow/orders/{order}")).RootElement;
        Assert.That((sealedOrder.GetProperty("order").GetBytesFromBase64().Length, sealedOrder.GetProperty("withdrawal").GetBytesFromBase64().Length), Is.GreaterThan((0, 0)));

        int Contents() => Directory.EnumerateFiles(Path.Join(_folder, "own", "ocfl"), "METS.xml", SearchOption.AllDirectories).Count();
    }

    [Test]
    public async Task A_report_under_another_key_or_by_another_role_is_refused()
    {
        Assert.That((await RunAsync()).Exit, Is.Zero);
        var report = await File.ReadAllBytesAsync(Path.Join(_folder, "own/escrow/reports/0000000001.json"));
        var signature = await File.ReadAllBytesAsync(Path.Join(_folder, "own/escrow/reports/0000000001.json.p7s"));
        var holder = (await File.ReadAllTextAsync(Path.Join(_folder, "api.key"))).Trim();
        Assert.That(await PostAsync(_officer, report, signature), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await PostAsync(holder, [.. report, 32], signature), Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await PostAsync(holder, report, signature), Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await PostAsync(holder, report, signature), Is.EqualTo(HttpStatusCode.OK), "with another key of idempotency: the same report is the same");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/stores", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", holder);
        Assert.That((await _http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "an escrow tells and asks nothing");
    }

    private async Task<string?> StateAsync(string order) => JsonDocument.Parse(await GetAsync($"/api/v1/disposal/orders/{order}")).RootElement.GetProperty("acknowledgements").EnumerateArray().Last().GetProperty("state").GetString();

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string key, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }

    // A package of the catalogue that is the archive's one object, and whose retention has ended.
    private async Task<Guid> AddPackageAsync()
    {
        var package = Guid.CreateVersion7();
        Directory.Delete(Path.Join(_folder, "archive"), recursive: true);
        await WriteAsync("một", $"urn:uuid:{package}");
        await using var store = new FileSystemStore("archive", Path.Join(_folder, "archive"), flushes: false);
        using var stored = await new OcflStore(store, StoreSet.RootPrefix, Limits.Default).ReadInventoryAsync($"urn:uuid:{package}", default);
        await using var session = await _server.Sessions.BeginAsync(CatalogueScope.All, default);
        var (now, agency, agreement, version, submission, person) = (session.Now, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.CreateVersion7(), Guid.NewGuid());
        session.Rows.Principals.Add(new Principal { Id = person, Kind = PrincipalKind.Person, Name = "Người nộp", ValidFrom = now, CreatedAt = now });
        session.Rows.Agencies.Add(new Agency { Id = agency, Name = "Sở Nội vụ", Kind = AgencyKind.Submitting, CreatedAt = now });
        await session.FlushAsync(default);
        session.Rows.Agreements.Add(new Agreement { Id = agreement, AgencyId = agency, Code = "A", Title = "Thỏa thuận", CreatedAt = now });
        await session.FlushAsync(default);
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = version, AgreementId = agreement, Version = 1, EffectiveFrom = now, Terms = "{}", CreatedAt = now });
        await session.FlushAsync(default);
        session.Rows.Submissions.Add(new Submission { Id = submission, AgencyId = agency, AgreementVersionId = version, SubmittedBy = person, State = SubmissionState.Preserved, FileName = "gói.zip", Bytes = 1, Sha256 = new byte[32], ReceivedAt = now });
        await session.FlushAsync(default);
        session.Rows.Packages.Add(new Package { Id = package, SubmissionId = submission, ProducerId = agency, CustodianId = agency, AgreementVersionId = version, Kind = "bag", Title = "Hồ sơ", HeadVersion = 1, PreservedAt = now, Files = 1, Bytes = 1, RetentionCode = "06", RetentionEnd = new DateOnly(2020, 12, 31) });
        await session.FlushAsync(default);
        session.Rows.PackageVersions.Add(new PackageVersion { PackageId = package, Version = 1, InventorySha512 = stored!.Inventory.BytesDigest.Bytes.ToArray(), Message = "", CreatedAt = now });
        await session.CommitAsync(default);
        return package;
    }

    // No database that could be reached is configured.
    private async Task<(int Exit, string Error)> RunAsync(params string[] more)
    {
        var (error, was) = (new StringWriter(), Console.Error);
        Console.SetError(error);
        try
        {
            return (await EscrowCommand.RunAsync(
            [
                "--once", "--Preservation:Database:Application", "Host=127.0.0.1;Port=1", "--Preservation:Database:Owner", "", "--Preservation:Escrow:Name", "vault",
                "--Preservation:Escrow:Source:Name", "archive", "--Preservation:Escrow:Source:Path", Path.Join(_folder, "archive"), "--Preservation:Escrow:Store:Name", "vault", "--Preservation:Escrow:Store:Path", Path.Join(_folder, "own"),
                "--Preservation:Escrow:Key:CertificateFile", Path.Join(_folder, "vault.crt"), "--Preservation:Escrow:Key:KeyFile", Path.Join(_folder, "vault.key"), .. more,
            ]), error.ToString());
        }
        finally
        {
            Console.SetError(was);
        }
    }

    private async Task<string> GetAsync(string path) => Encoding.UTF8.GetString(await BytesAsync(path));

    private async Task<byte[]> BytesAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _officer);
        using var response = await _http.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<HttpStatusCode> PostAsync(string key, byte[] report, byte[] signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/escrow/reports", UriKind.Relative)) { Content = System.Net.Http.Json.JsonContent.Create(new { report, signature }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    private async Task WriteAsync(string text, string id = "urn:a")
    {
        await using var store = new FileSystemStore("archive", Path.Join(_folder, "archive"), flushes: false);
        var archive = new OcflStore(store, StoreSet.RootPrefix, Limits.Default);
        await archive.InitializeRootAsync(default);
        using var stored = await archive.ReadInventoryAsync(id, default);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var plan = VersionPlan.Create(stored?.Inventory, id, [new PlannedFile("METS.xml", bytes.Length, DigestAlgorithm.Sha512.Compute(bytes), [])], TimeProvider.System.GetUtcNow(), "ingestion", new VersionUser("Kho lưu trữ", "info:preservation/server"));
        await archive.WriteVersionAsync(plan, (_, _) => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)), default);
    }

    private async Task<string> AddAsync(Role role)
    {
        await using var session = await _server.Sessions.BeginAsync(CatalogueScope.All, default);
        var now = session.Now;
        var principal = new Principal { Id = Guid.CreateVersion7(now), Kind = role == Role.EscrowHolder ? PrincipalKind.System : PrincipalKind.Person, Name = role.ToString(), ValidFrom = now, CreatedAt = now };
        var (key, lookup, hash) = ApiKey.Create();
        session.Rows.Principals.Add(principal);
        await session.FlushAsync(default);
        session.Rows.Credentials.Add(new Credential { Id = Guid.CreateVersion7(now), PrincipalId = principal.Id, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = now });
        session.Rows.RoleGrants.Add(new RoleGrant { Id = Guid.CreateVersion7(now), PrincipalId = principal.Id, Role = role, Scope = GrantScope.Everything, ValidFrom = now, Basis = "test", CreatedAt = now });
        await session.CommitAsync(default);
        return key;
    }

    private void MakeKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-20), TimeProvider.System.GetUtcNow().AddDays(30));
        File.WriteAllText(Path.Join(_folder, name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Join(_folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
