using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Preservation.EndToEnd.Tests.Faults;
using Preservation.Server.Tests.Pages.Browser;

namespace Preservation.EndToEnd.Tests;

/// <summary>
/// One round of one agency, from the day its people are entered to the minutes: a server and workers as processes, people in a real browser, the agency's program over a
/// line that is cut while the server is killed.
/// </summary>
internal sealed class RoundJourneyTests
{
    private const string AgencyName = "Sở Tài nguyên và Môi trường", AgencyCode = "H99.7", Agreement = "TNMT-2026", Title = "Hồ sơ quản lý đất đai năm 2024", Subject = "ngoc.tran";
    private static readonly (int Dossiers, int Cuts, int Kills, int Bytes) Size = Machine.IsLong ? (200, 50, 10, 100_000) : (12, 4, 1, 100_000);
    private OpenIdProvider _provider = null!;
    private Archive _archive = null!;
    private Chromium _chromium = null!;
    private (string Id, string Key) _clerk, _program, _first, _second, _auditor;
    private string _agency = "", _registration = "", _code = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _provider = await OpenIdProvider.StartAsync(Machine.Setting("PRESERVATION_OPENID_PROVIDER"), TimeSpan.FromMinutes(10));
        _chromium = await Chromium.StartAsync();
        _archive = await Archive.StartAsync(new DeploymentPlan
        {
            Buckets = 1, Folders = 1, Roles = "api,scheduler",
            Settings = new Dictionary<string, string>
            {
                ["Preservation__People__OpenId__Authority"] = _provider.Issuer, ["Preservation__People__OpenId__Name"] = "Cổng tỉnh",
                ["Preservation__People__OpenId__ClientId"] = "preservation", ["Preservation__People__OpenId__ClientSecret"] = "a secret of tests",
            },
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_chromium is not null) await _chromium.DisposeAsync();
        if (_archive is not null) await _archive.DisposeAsync();
        if (_provider is not null) await _provider.DisposeAsync();
    }

    private Deployment Deployment => _archive.Deployment;

    private string Round => $"/registrations/{_registration}/rounds/1";

    [Test]
    public async Task A_round_goes_from_the_first_letter_to_the_minutes_though_the_line_is_cut_and_the_server_killed()
    {
        await EnterPeopleAsync();
        await RegisterAsync();
        var packages = await Dossier.PackRoundAsync(Directory.CreateDirectory(Deployment.Scratch("round")).FullName, AgencyCode, AgencyName, _code, Size.Dossiers, Size.Bytes);
        Assert.That(packages, Has.Length.EqualTo(Size.Dossiers));
        Dictionary<string, string> sent; // by the package's path, the submission
        await using (Deployment.StartWorker(null))
        await using (Deployment.StartWorker(null)) sent = await SendAsync(packages);
        // The server stays where it is from now on; new workers are told its address.
        await _provider.ServeAsync(new Uri(Deployment.Address, "/sign-in/openid/callback").ToString());
        await using var one = Deployment.StartWorker(null);
        await using var two = Deployment.StartWorker(null);
        await ApproveAsync();
        var kept = await ArchivedAsync(sent);
        var mandate = await BeginMandateAsync(kept[0]);
        await using var auditor = mandate.Auditor;
        await CloseAsync();
        await ReadMinutesAsync("vi", "Đợt 1", "Biên bản giao nhận và mục lục", "BIÊN BẢN GIAO NHẬN HỒ SƠ, TÀI LIỆU", "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU");
        await ReadMinutesAsync("en", "Round 1", "Minutes and list", "MINUTES OF THE TRANSFER OF DOSSIERS AND RECORDS", "LIST OF DOSSIERS AND RECORDS TRANSFERRED");
        await EndMandateAsync(auditor, mandate.Until, kept[0]);
        await AuditReceiptsAsync(sent.Values);
        await NothingIsLostOrDoubledAsync(sent);
    }

    // By the administrator: the agency, its terms in two versions, and everybody who takes part; one grant on the page itself.
    private async Task EnterPeopleAsync()
    {
        var administrator = _archive.Administrator;
        _agency = await _archive.AddAgencyAsync(AgencyName, AgencyCode);
        var agreement = (await administrator.PostAsync("/api/v1/agreements", new { agencyId = _agency, code = Agreement, title = "Thỏa thuận nộp lưu 2026", terms = new { approval = "person" } })).GetProperty("id").GetString();
        await administrator.PostAsync($"/api/v1/agreements/{agreement}/versions", new { terms = new { approval = "twoPersons", requiresRegistration = true } });
        _clerk = await EnterAsync("producer", new { kind = "person", name = "Lê Thị Hoa", agencyId = _agency, staffNumber = "TNMT-17" });
        _program = await EnterAsync("producer", new { kind = "system", name = "Phần mềm nộp lưu", agencyId = _agency, responsibleId = _clerk.Id });
        _first = await EnterAsync("approver", new { kind = "person", name = "Trần Bảo Ngọc", staffNumber = "LS-01" });
        _second = await EnterAsync(null, new { kind = "person", name = "Phạm Quốc Việt", staffNumber = "LS-02" });
        _auditor = await EnterAsync(null, new { kind = "person", name = "Thanh tra viên", staffNumber = "TTr-05" });
        await administrator.PostAsync($"/api/v1/principals/{_first.Id}/identities", new { issuer = _provider.Issuer, subject = Subject });
        await NobodyIsTwoAsync();
        await using var visitor = await VisitAsync(_archive.AdministratorKey, "vi");
        await visitor.GoAsync($"/people/{_second.Id}");
        await visitor.Page.SelectOptionAsync("#role", "Approver");
        await visitor.Page.SelectOptionAsync("#scope", "Agency");
        await visitor.Page.FillAsync("#target", AgencyCode);
        await visitor.Page.FillAsync("#basis", "Quyết định 45/QĐ-LTLS");
        await visitor.Page.ClickAsync("#give");
        Assert.That(await visitor.TextAsync("#grants"), Does.Contain("Quyết định 45/QĐ-LTLS"));
    }

    // One human being is entered once; a program speaks for the person who is answerable for it, and never approves.
    private async Task NobodyIsTwoAsync()
    {
        var (status, body) = await _archive.Administrator.TryPostAsync("/api/v1/principals", new { kind = "person", name = "Tran Bao Ngoc", staffNumber = "LS-01" });
        Assert.That((status, Code(body)), Is.EqualTo((HttpStatusCode.Conflict, "samePerson")));
        var program = (await _archive.Administrator.PostAsync("/api/v1/principals", new { kind = "system", name = "Công cụ của Trần Bảo Ngọc", responsibleId = _first.Id })).GetProperty("id").GetString();
        (status, body) = await _archive.Administrator.TryPostAsync($"/api/v1/principals/{program}/grants", new { role = "approver", scope = "agency", agencyId = _agency, basis = "test" });
        Assert.That((status, Code(body)), Is.EqualTo((HttpStatusCode.Conflict, "notForPrograms")));
    }

    // The agency asks on its page; an archivist accepts on hers, opens the round, and confirms what she was given.
    private async Task RegisterAsync()
    {
        await using (var clerk = await VisitAsync(_clerk.Key, "vi"))
        {
            await clerk.GoAsync("/registrations/request");
            await clerk.Page.SelectOptionAsync("#agreement", Agreement);
            await clerk.Page.FillAsync("#what", Title);
            await clerk.Page.FillAsync("#packages", Size.Dossiers.ToString(CultureInfo.InvariantCulture));
            await clerk.Page.FillAsync("#from", "2027-03-01");
            await clerk.Page.ClickAsync("#request");
            Assert.That(await clerk.TextAsync("#notice"), Does.StartWith("Đã gửi đăng ký nộp"));
        }
        var registration = (await _archive.With(_clerk.Key).GetAsync("/api/v1/registrations")).GetProperty("items").EnumerateArray().Single();
        (_registration, _code) = (registration.GetProperty("id").GetString()!, registration.GetProperty("code").GetString()!);
        await using var archivist = await VisitAsync(_second.Key, "en");
        await archivist.Page.ClickAsync("#rights-changed a");
        while (await archivist.Page.Locator("button.confirm").CountAsync() > 0) await archivist.Page.Locator("button.confirm").First.ClickAsync();
        await archivist.GoAsync($"/registrations/{_registration}");
        await archivist.Page.FillAsync("#reason", "Agreed");
        await archivist.Page.ClickAsync("button[name=accepts][value=true]");
        Assert.That(await archivist.TextAsync("#notice"), Does.StartWith("The answer"));
        var today = TimeProvider.System.GetUtcNow();
        await archivist.Page.FillAsync("#opens", Day(today.AddDays(-1)));
        await archivist.Page.FillAsync("#closes", Day(today.AddDays(30)));
        await archivist.Page.FillAsync("#packages", Size.Dossiers.ToString(CultureInfo.InvariantCulture));
        await archivist.Page.ClickAsync("#open-round");
        Assert.That(await archivist.TextAsync("#notice"), Is.EqualTo("The round is open."));
    }

    private async Task<Dictionary<string, string>> SendAsync(string[] packages)
    {
        var random = new Random(Machine.Seed);
        var total = packages.Sum(p => new FileInfo(p).Length);
        using var killing = new ServerKills(Deployment, total, Size.Kills);
        await using var proxy = new CuttingProxy(() => Deployment.Address, () => { lock (random) return random.NextInt64(total / Size.Cuts / 6, total / Size.Cuts / 2); }) { OnPassed = killing.PassedAsync };
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve,
            ["submit", .. packages, "--server", proxy.Address.ToString(), "--key", _program.Key, "--agreement", Agreement, "--parallel", "4", "--wait", "--json", "--patience", "180"]);
        Assert.That(exit, Is.Zero, $"{output}\n{error}\n{Deployment.Tail()}");
        await TestContext.Out.WriteLineAsync($"seed {Machine.Seed}: {packages.Length} packages, {total} bytes, {proxy.Passed} passed, {proxy.Cuts} cuts, {Size.Kills} kills");
        Assert.That(proxy.Cuts, Is.GreaterThanOrEqualTo(Size.Cuts));
        Assert.That(killing.Left, Is.Zero);
        var told = JsonDocument.Parse(output).RootElement.GetProperty("submissions").EnumerateArray().ToList();
        Assert.That(told.Select(s => (s.GetProperty("path").GetString(), s.GetProperty("state").GetString())), Is.EqualTo(packages.Select(p => (p, "awaitingApproval"))), output);
        return told.ToDictionary(s => s.GetProperty("path").GetString()!, s => s.GetProperty("submission").GetString()!);
    }

    // Whoever signs in at the provider gives the first approval, once; the second is another human being's.
    private async Task ApproveAsync()
    {
        await using (var first = await _chromium.VisitAsync(Deployment.Address, "vi"))
        {
            await first.ProveAsync(Subject, Deployment.Address);
            Assert.That(await first.TextAsync("header"), Does.Contain("Trần Bảo Ngọc"));
            await first.GoAsync(Round);
            Assert.That(await first.TextAsync("#waiting"), Is.EqualTo($"{Size.Dossiers}"));
            await first.Page.ClickAsync("#approve-round");
            Assert.That(await first.TextAsync("#notice"), Does.StartWith("Đã ghi nhận một quyết định cho cả đợt"));
            Assert.That(await first.TextAsync(".decision"), Does.Contain($"0 gói được phê duyệt, {Size.Dossiers} gói có phê duyệt thứ nhất, 0 gói để lại"));
            await first.Page.ClickAsync("#approve-round");
            Assert.That(await first.TextAsync("#notice"), Does.StartWith("Bạn không được phê duyệt gói nào"));
        }
        var (status, body) = await _archive.With(_first.Key).TryPostAsync($"/api/v1{Round}/approve", new { });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict), "the key of the same human being, who signed in at the provider before");
        Assert.That(body, Does.Contain("noneAllowed").And.Contain("samePerson"));
        Assert.That((await _archive.With(_program.Key).TryPostAsync($"/api/v1{Round}/approve", new { })).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        await using var second = await VisitAsync(_second.Key, "en");
        await second.GoAsync(Round);
        await second.Page.ClickAsync("#approve-round");
        Assert.That(await second.Page.Locator(".decision").First.InnerTextAsync(), Does.Contain("Phạm Quốc Việt").And.Contain($"{Size.Dossiers} approved, 0 with a first approval, 0 left"));
    }

    // Every dossier is one submission and one package, as it was sent.
    private async Task<List<string>> ArchivedAsync(Dictionary<string, string> sent)
    {
        var clerk = _archive.With(_clerk.Key);
        await Eventually.TrueAsync("the round is archived", async () => (await clerk.GetAsync($"/api/v1/registrations/{_registration}")).GetProperty("rounds")[0].GetProperty("preserved").GetInt32() == Size.Dossiers, Deployment.Tail, TimeSpan.FromMinutes(15));
        var submissions = await AllAsync(clerk, "/api/v1/submissions", "before");
        Assert.That(submissions.Select(s => s.GetProperty("fileName").GetString()), Is.EquivalentTo(sent.Keys.Select(Path.GetFileName)), "one submission a dossier");
        foreach (var (path, id) in sent)
            Assert.That((await clerk.GetAsync($"/api/v1/submissions/{id}")).GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)))), path);
        var packages = (await AllAsync(clerk, "/api/v1/packages", "before")).Select(p => p.GetProperty("id").GetString()!).ToList();
        Assert.That(packages, Is.EquivalentTo(submissions.Select(s => s.GetProperty("packageId").GetString())), "one package a submission");
        Assert.That(packages, Is.Unique.And.Count.EqualTo(Size.Dossiers));
        return packages;
    }

    private async Task<(Visitor Auditor, DateTimeOffset Until)> BeginMandateAsync(string package)
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(20);
        await _archive.Administrator.PostAsync($"/api/v1/principals/{_auditor.Id}/grants", new { role = "auditor", scope = "case", packageId = package, basis = "QĐ-12/TTr", validUntil = until });
        var auditor = await VisitAsync(_auditor.Key, "vi");
        Assert.That(await auditor.GoAsync($"/packages/{package}"), Is.EqualTo(200));
        Assert.That(await _archive.With(_auditor.Key).StatusAsync($"/api/v1/packages/{package}/provenance"), Is.EqualTo(HttpStatusCode.OK));
        return (auditor, until);
    }

    private async Task EndMandateAsync(Visitor auditor, DateTimeOffset until, string package)
    {
        await Eventually.TrueAsync("the mandate has been over for a second", () => Task.FromResult(TimeProvider.System.GetUtcNow() >= until.AddSeconds(1)));
        Assert.That(await auditor.GoAsync($"/packages/{package}"), Is.EqualTo(403));
        Assert.That(await _archive.With(_auditor.Key).StatusAsync($"/api/v1/packages/{package}/provenance"), Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private async Task CloseAsync()
    {
        await using var archivist = await VisitAsync(_second.Key, "vi");
        await archivist.GoAsync(Round);
        await archivist.Page.ClickAsync("#close-round");
        Assert.That(await archivist.TextAsync("#notice"), Does.StartWith("Đã đóng đợt nộp"));
        await Eventually.TrueAsync("minutes and list are made", async () => await _archive.With(_clerk.Key).StatusAsync($"/api/v1{Round}/documents") == HttpStatusCode.OK, Deployment.Tail);
    }

    // What the clerk downloads is what was frozen, and says it in the language of the page.
    private async Task ReadMinutesAsync(string language, string round, string documents, string minutes, string list)
    {
        await using var clerk = await VisitAsync(_clerk.Key, language);
        await clerk.GoAsync(Round);
        Assert.That(await clerk.TextAsync("h1"), Is.EqualTo($"{round} – {Title}"));
        Assert.That(await clerk.TextAsync("#documents-title"), Is.EqualTo(documents));
        Assert.That(await clerk.Page.GetAttributeAsync("html", "lang"), Is.EqualTo(language));
        var parts = (await _archive.With(_clerk.Key).GetAsync($"/api/v1{Round}/documents")).GetProperty("parts").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("sha512").GetString());
        foreach (var (name, title) in new[] { ($"minutes.{language}.pdf", minutes), ($"list.{language}.pdf", list) })
        {
            var (path, sha512) = await clerk.DownloadAsync(name);
            Assert.That(sha512, Is.EqualTo(parts[name]), name);
            Assert.That(await clerk.TextAsync($"#documents tr:has(a[href$='/{name}']) code"), Is.EqualTo(sha512), "as the page shows it");
            Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path)), Does.Contain("pdfaid:part"));
            var text = await Machine.RunAsync("pdftotext", "-layout", path, "-");
            Assert.That(text.Output, Does.Contain(title).And.Contain(_code), name);
        }
        var taken = JsonDocument.Parse(await _archive.With(_clerk.Key).GetBytesAsync($"/api/v1{Round}/documents/list.json")).RootElement.GetProperty("dossiers");
        Assert.That(taken.GetArrayLength(), Is.EqualTo(Size.Dossiers));
    }

    // Each dossier has its three receipts; all of them are witnesses that today's log goes on from what they saw.
    private async Task AuditReceiptsAsync(IEnumerable<string> submissions)
    {
        var clerk = _archive.With(_clerk.Key);
        var (folder, receipts) = (Directory.CreateDirectory(Deployment.Scratch("receipts")).FullName, new List<string>());
        foreach (var id in submissions)
        {
            string[] kinds = [];
            await Eventually.TrueAsync("custody is receipted", async () =>
                (kinds = [.. (await clerk.GetAsync($"/api/v1/submissions/{id}")).GetProperty("receipts").EnumerateArray().Select(r => r.GetProperty("kind").GetString()!)]).Contains("custodyTaken"), Deployment.Tail);
            Assert.That(kinds, Is.EquivalentTo(new[] { "bytesReceived", "preserved", "custodyTaken" }), id);
            foreach (var kind in kinds)
            {
                receipts.Add(Path.Join(folder, $"{id}-{kind}.json"));
                await File.WriteAllBytesAsync(receipts[^1], await clerk.GetBytesAsync($"/api/v1/submissions/{id}/receipts/{kind}"));
                await File.WriteAllBytesAsync(receipts[^1] + ".p7s", await clerk.GetBytesAsync($"/api/v1/submissions/{id}/receipts/{kind}/seal"));
            }
        }
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve, ["audit", .. receipts, "--server", Deployment.Address.ToString(), "--key", _program.Key, "--json"]);
        Assert.That(exit, Is.Zero, output + error);
        var told = JsonDocument.Parse(output).RootElement;
        Assert.That(told.GetProperty("consistent").GetBoolean(), Is.True);
        Assert.That(told.GetProperty("receipts").EnumerateArray().Select(r => r.GetProperty("seal").GetProperty("state").GetString()), Is.All.EqualTo("valid").And.Exactly(receipts.Count).Items);
    }

    // Judged once more from catalogue and stores by the program that knows the invariants alone.
    private async Task NothingIsLostOrDoubledAsync(Dictionary<string, string> sent)
    {
        var acknowledged = new List<Sending>();
        foreach (var (path, id) in sent)
        {
            await using var zip = await System.IO.Compression.ZipFile.OpenReadAsync(path);
            var document = zip.Entries.Single(e => e.Name.EndsWith(".txt", StringComparison.Ordinal));
            using var content = new MemoryStream();
            await using (var entry = await document.OpenAsync()) await entry.CopyToAsync(content);
            acknowledged.Add(new Sending(id, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))), new Dictionary<string, byte[]> { [document.Name] = content.ToArray() }));
        }
        var (exit, output) = await InvariantCheck.RunAsync(Deployment, acknowledged);
        Assert.That(exit, Is.Zero, output);
    }

    private async Task<(string Id, string Key)> EnterAsync(string? role, object principal)
    {
        var id = (await _archive.Administrator.PostAsync("/api/v1/principals", principal)).GetProperty("id").GetString()!;
        if (role is not null) await _archive.Administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role, scope = "agency", agencyId = _agency, basis = "Quyết định 12/QĐ-LTLS" });
        return (id, (await _archive.Administrator.PostAsync($"/api/v1/principals/{id}/keys", new { })).GetProperty("key").GetString()!);
    }

    private async Task<Visitor> VisitAsync(string key, string language)
    {
        var visitor = await _chromium.VisitAsync(Deployment.Address, language);
        await visitor.SignInAsync(key);
        return visitor;
    }

    private static async Task<List<JsonElement>> AllAsync(Client client, string path, string cursor)
    {
        var all = new List<JsonElement>();
        for (string? next = ""; next is not null;)
        {
            var page = await client.GetAsync(next.Length == 0 ? path : $"{path}?{cursor}={next}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        return all;
    }

    private static string? Code(string problem) => JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString();

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
