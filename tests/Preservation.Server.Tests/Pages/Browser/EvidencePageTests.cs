using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>The state of evidence and the proof of one file, as the API gives them and as the pages show them.</summary>
internal sealed class EvidencePageTests : BrowserTest
{
    private static readonly HttpClient Client = new();

    [TestCase("vi", "Cảnh báo: có 1 dấu thời gian do dịch vụ dành cho phát triển cấp.", "Quá hạn: 1 dấu", "hết hạn ngày", "chưa có hiệu lực", "Đã bao phủ hết")]
    [TestCase("en", "Warning: 1 time-stamps were made by a development authority.", "Overdue: 1 time-stamps", "ends on", "not in force", "All covered")]
    public async Task The_page_tells_coverage_renewals_alarms_and_the_years_ahead(string language, string development, string overdue, string reason, string unconfirmed, string covered)
    {
        await SignInAsync("auditor", language);
        await Page.ClickAsync("nav a[href='/evidence']");
        Assert.That(await TextAsync("#development"), Does.Contain(development));
        Assert.That(await Page.Locator("#development-authority").CountAsync(), Is.EqualTo(1));
        Assert.That(await TextAsync("#renewals"), Does.Contain(overdue).And.Contains("RENEWAL-CERTIFICATE").And.Contains(reason));
        Assert.That(await TextAsync("#alarms"), Does.Contain("RENEWAL-OVERDUE"));
        Assert.That(await TextAsync("#broken"), Does.Contain("RSA").And.Contains("3000").And.Contains(unconfirmed).And.Contains("Lê Minh Châu").And.Contains(SampleArchive.Hostile));
        Assert.That(await TextAsync("#open"), Does.Contain(SampleArchive.Hostile).And.Contains(SampleEvidence.Authority));
        Assert.That(await TextAsync("#covered"), Does.Not.Contain(covered), "every kind has something open here");
        Assert.That(await Page.Locator("svg.chart rect").CountAsync(), Is.GreaterThan(5));
        await Page.ClickAsync("summary");
        Assert.That(await Page.Locator("#years tbody tr").CountAsync(), Is.EqualTo(31), "120 quarters from the last one of a year");
        Assert.That(await Page.InnerTextAsync("#years tbody tr:first-child th"), Is.EqualTo("2026"));
        Assert.That(Complaints, Is.Empty);
    }

    [TestCase("vi", "Dấu thời gian trên gốc cây", "không có giá trị ngoài thử nghiệm")]
    [TestCase("en", "The root of the tree was time-stamped", "worthless outside tests")]
    public async Task The_proof_of_a_file_is_told_step_by_step(string language, string stamped, string development)
    {
        await SignInAsync("producer", language);
        await Page.GotoAsync($"/packages/{Archive.Package}");
        await Page.ClickAsync("table.files tr:has-text('METS.xml') a");
        var token = await Archive.ReadAsync(r => r.EvidenceTokens.Where(t => t.State == TokenState.Proven));
        var batch = await Archive.ReadAsync(r => r.EvidenceBatches.Where(b => b.Id == token.BatchId));
        Assert.That(await TextAsync("#steps"), Does.Contain(stamped).And.Contains(development).And.Contains(token.Serial!).And.Contains(token.Policy!).And.Contains(SampleEvidence.Authority).And.Contains(Convert.ToHexStringLower(batch.Root)));
        Assert.That(await Page.Locator("#steps tbody tr").CountAsync(), Is.EqualTo(3));
        Assert.That(await Page.Locator("#steps tbody td:nth-child(4)").AllInnerTextsAsync(), Is.EqualTo(new[] { language == "vi" ? "Không" : "Nothing", "1", "2" }));
        Assert.That(await Archive.ReadAsync(r => r.AuditEntries.Where(e => e.Action == "evidence.traced" && e.PrincipalId == Archive.IdOf("producer")).OrderByDescending(e => e.Id).Take(1).Select(e => e.SubjectId)), Is.EqualTo(Archive.Package.ToString()));
    }

    [Test]
    public async Task A_file_that_no_token_covers_says_so()
    {
        var (status, body) = await GetAsync("auditor", $"packages/{Archive.HostilePackage}/evidence/trace?path=METS.xml");
        Assert.That((status, body.GetProperty("covered").GetBoolean(), Kinds(body)), Is.EqualTo((HttpStatusCode.OK, false, "file")));
        await SignInAsync("auditor", "en");
        await Page.GotoAsync($"/packages/{Archive.HostilePackage}/trace?path=METS.xml");
        Assert.That(await TextAsync("dl.facts"), Does.Contain("Not covered yet"));
        Assert.That(await TextAsync(".crumb"), Is.EqualTo(SampleArchive.Hostile));
    }

    [Test]
    public async Task The_api_gives_the_same_in_both_languages()
    {
        var (status, report) = await GetAsync("officer", "evidence/report");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        var renewal = report.GetProperty("renewals")[0];
        Assert.That((renewal.GetProperty("kind").GetString(), renewal.GetProperty("isDue").GetBoolean(), renewal.GetProperty("overdue").GetInt32()), Is.EqualTo(("timeStamp", true, 1)));
        var message = renewal.GetProperty("reasons")[0].GetProperty("message");
        Assert.That((message.GetProperty("vi").GetString(), message.GetProperty("en").GetString()), Is.Not.EqualTo(((string?)null, (string?)null)));
        Assert.That(message.GetProperty("vi").GetString(), Does.Contain("hết hạn"));
        Assert.That(report.GetProperty("coverage").GetProperty("worthlessTokens").GetInt32(), Is.EqualTo(1));
        Assert.That(report.GetProperty("developmentAuthority").GetBoolean(), Is.True);
        Assert.That(report.GetProperty("years").GetArrayLength(), Is.EqualTo(31));
        var (_, trace) = await GetAsync("officer", $"packages/{Archive.Package}/evidence/trace?path=METS.xml");
        Assert.That((trace.GetProperty("covered").GetBoolean(), Kinds(trace)), Is.EqualTo((true, "file tree token")));
        Assert.That(trace.GetProperty("steps")[1].GetProperty("tree").GetProperty("leaf").GetString(), Is.EqualTo(trace.GetProperty("sha512").GetString()));
    }

    [Test]
    public async Task Only_those_who_see_the_whole_archive_get_the_report_and_only_readers_of_a_package_a_trace()
    {
        foreach (var (person, expected) in new[] { ("officer", 200), ("auditor", 200), ("agencyAuditor", 403), ("approver", 403), ("producer", 403), ("administrator", 403) })
        {
            Assert.That((int)(await GetAsync(person, "evidence/report")).Status, Is.EqualTo(expected), person);
            await SignInAsync(person);
            Assert.That(await StatusAsync("/evidence"), Is.EqualTo(expected), person);
            await Context.ClearCookiesAsync();
        }
        foreach (var (person, path, expected) in new[]
        {
            ("producer", "?path=METS.xml", 200), ("agencyAuditor", "?path=METS.xml&version=1", 200), ("otherProducer", "?path=METS.xml", 404), ("otherProducer", "", 404), ("administrator", "?path=METS.xml", 403),
            ("producer", "", 400), ("producer", "?path=METS.xml&version=2", 200), ("producer", "?path=..%2FMETS.xml", 404),
        })
            Assert.That((int)(await GetAsync(person, $"packages/{Archive.Package}/evidence/trace{path}")).Status, Is.EqualTo(expected), person + path);
        await SignInAsync("otherProducer");
        Assert.That(await StatusAsync($"/packages/{Archive.Package}/trace?path=METS.xml"), Is.EqualTo(404));
    }

    private static string Kinds(JsonElement trace) => string.Join(' ', trace.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("kind").GetString()));

    private static async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string person, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Server.Address}/api/v1/{path}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Archive.KeyOf(person)) } };
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
