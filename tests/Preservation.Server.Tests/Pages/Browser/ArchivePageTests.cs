using System.Xml.Linq;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Escrow;
using EscrowReport = Preservation.Catalogue.Model.EscrowReport;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Packages, provenance, fixity and tasks.</summary>
internal sealed class ArchivePageTests : BrowserTest
{
    [Test]
    public async Task A_package_tells_its_names_documents_files_copies_and_the_waiver_beside_the_word_preserved()
    {
        await SignInAsync("auditor");
        await Page.GotoAsync($"/packages/{Archive.Package}");
        Assert.That(await TextAsync(".lead"), Does.Contain("Đã bảo quản").And.Contains(PageServer.Waiver));
        var text = await TextAsync();
        Assert.That(text, Does.Contain($"urn:uuid:{Archive.Package}").And.Contains("fileCode").And.Contains("101/QĐ-UBND").And.Contains("02/04/2024").And.Contains("Ủy ban nhân dân tỉnh")
            .And.Contains("fmt/354").And.Contains("Trung tâm dữ liệu A").And.Contains("Vĩnh viễn"));
        Assert.That(await Page.Locator(".digests code").First.InnerTextAsync(), Has.Length.EqualTo(64));
        Assert.That(await TextAsync("[aria-labelledby=signatures-title]"), Does.Contain("Bị phá vỡ").And.Contains("TOTAL_FAILED HASH_FAILURE").And.Contains("Chữ ký không khớp với nội dung.").And.Contains("representations/rep1/data/quyet-dinh.pdf"));
        Assert.That(await Archive.ReadAsync(r => r.AuditEntries.Where(e => e.Action == "package.read" && e.SubjectId == Archive.Package.ToString() && e.PrincipalId == Archive.IdOf("auditor")).OrderByDescending(e => e.Id).Take(1).Select(e => e.SubjectKind)), Is.EqualTo("package"));
    }

    [TestCase("vi", "Các kết luận trước đó (1)", "Đã có thêm dữ liệu kiểm tra", "Chưa biết chứng thư có bị thu hồi không.")]
    [TestCase("en", "Earlier verdicts (1)", "Material came that was lacking", "Whether the certificate was revoked is not known.")]
    public async Task A_verdict_that_was_made_again_stands_above_the_one_before_each_with_reason_time_engine_and_basis(string language, string earlier, string reason, string sentence)
    {
        await SignInAsync("auditor", language);
        await Page.GotoAsync($"/packages/{Archive.HostilePackage}");
        var section = await TextAsync("[aria-labelledby=signatures-title]");
        Assert.That(section, Does.Contain("1 etsi: TOTAL_PASSED").And.Contains(reason).And.Contains("preservation-signatures/1").And.Contains("etsi 0123456789ab").And.Contains("anchors fedcba987654").And.Contains("material 001122334455").And.Contains(earlier));
        Assert.That(section, Does.Not.Contain(sentence), "folded away");
        await Page.ClickAsync("details.older summary");
        Assert.That(await TextAsync("details.older"), Does.Contain("1 etsi: INDETERMINATE TRY_LATER").And.Contains(sentence));
    }

    [Test]
    public async Task A_package_is_found_by_its_code_and_only_by_those_who_may_see_it()
    {
        var code = await Archive.ReadAsync(r => r.PackageAliases.Where(a => a.PackageId == Archive.Package && a.Scheme == "fileCode").Select(a => a.Code));
        await SignInAsync("producer");
        await Page.GotoAsync("/packages");
        await Page.FillAsync("#alias", code);
        await Page.ClickAsync("form.filter button");
        Assert.That(await Page.Locator("tbody tr").CountAsync(), Is.EqualTo(1));
        await Page.Context.ClearCookiesAsync();
        await SignInAsync("otherProducer");
        await Page.GotoAsync($"/packages?alias={code}");
        Assert.That(await TextAsync(), Does.Contain("Không có gói lưu trữ nào."));
        foreach (var path in new[] { "", "/provenance", "/provenance.xml", "/evidence.zip", "/trace?path=METS.xml" })
            Assert.That(await StatusAsync($"/packages/{Archive.Package}{path}"), Is.EqualTo(404), path);
    }

    [TestCase("vi", "Trần Quốc Bảo", "Xác định giá trị, phê duyệt")]
    [TestCase("en", "Trần Quốc Bảo", "Appraisal")]
    public async Task Provenance_shows_events_and_places_in_the_log_and_gives_PREMIS(string language, string agent, string type)
    {
        await SignInAsync("auditor", language);
        await Page.GotoAsync($"/packages/{Archive.Package}/provenance");
        var head = await Archive.ReadAsync(r => r.AuditBatches.OrderByDescending(b => b.Number).Take(1));
        Assert.That(await TextAsync(), Does.Contain(agent).And.Contains(type).And.Contains(Convert.ToHexStringLower(head.Head)));
        var entry = await Archive.ReadAsync(r => r.AuditEntries.Where(e => e.Action == "package.preserved" && e.SubjectId == Archive.Package.ToString()).Join(r.AuditSeals, e => e.Id, s => s.EntryId, (e, s) => s.Sequence));
        Assert.That(await Page.Locator("tr", new() { HasText = "package.preserved" }).InnerTextAsync(), Does.StartWith($"{entry}\t"));
        Assert.That(await Page.Locator("tr", new() { HasText = "submission.receive" }).InnerTextAsync(), Does.Contain("Nguyễn Thị Hạnh"));
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#premis"));
        var premis = XDocument.Parse(await File.ReadAllTextAsync(await download.PathAsync()));
        Assert.That(premis.Root?.Name, Is.EqualTo(XName.Get("premis", "http://www.loc.gov/premis/v3")));
        Assert.That(premis.Descendants().Where(e => e.Name.LocalName == "eventType").Select(e => e.Value), Does.Contain("appraisal").And.Contains("replication"));
    }

    [TestCase("vi", "50,0%", "Đã phục hồi", "từ kho one")]
    [TestCase("en", "50.0 %", "Repaired", "from store one")]
    public async Task The_fixity_report_tells_coverage_runs_and_what_was_done(string language, string half, string action, string from)
    {
        await SignInAsync("auditor", language);
        await Page.GotoAsync("/fixity");
        var expected = await CoverageOfTwoAsync();
        Assert.That(await TextAsync("[aria-labelledby=coverage-title]"), Does.Contain(expected == 0 ? half.Replace("50", "0", StringComparison.Ordinal) : half)
            .And.Contains(language == "vi" ? "Quá hạn đọc lại" : "Overdue"));
        Assert.That(await TextAsync("[aria-labelledby=bad-title]"), Does.Contain(action).And.Contains(from).And.Contains("quarantine/019a/quyet-dinh.pdf"));
        Assert.That(await Page.Locator("svg.chart rect").CountAsync(), Is.EqualTo(7));
        Assert.That(await Page.Locator("svg.chart text.problems").AllTextContentsAsync(), Is.EqualTo(new[] { "▲ 1", "▲ 2" }));
        await Page.ClickAsync("summary");
        Assert.That(await Page.Locator("#runs tbody tr").CountAsync(), Is.EqualTo(7));
        Assert.That(await Page.Locator("#start").CountAsync(), Is.Zero, "an auditor starts nothing");
        var csv = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#csv"));
        Assert.That(await File.ReadAllLinesAsync(await csv.PathAsync()), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task An_officer_seals_a_report_and_everybody_who_may_read_it_has_its_files_and_seals()
    {
        await SignInAsync("officer", "vi");
        await Page.GotoAsync("/fixity");
        await Page.ClickAsync("#freeze");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Báo cáo đã được lập"));
        await Context.ClearCookiesAsync();
        await SignInAsync("auditor", "en");
        await Page.GotoAsync("/fixity");
        Assert.That(await Page.Locator("#freeze").CountAsync(), Is.Zero, "an auditor seals nothing");
        Assert.That(await TextAsync("#frozen li:first-child"), Does.Contain("Lê Minh Châu").And.Contains("report.json").And.Contains("report.csv").And.Contains("report.vi.pdf").And.Contains("report.en.pdf"));
        var pdf = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#frozen li:first-child a[href$='report.vi.pdf']"));
        var seal = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#frozen li:first-child a[href$='report.vi.pdf/seal']"));
        var cms = new System.Security.Cryptography.Pkcs.SignedCms(new(await File.ReadAllBytesAsync(await pdf.PathAsync())), detached: true);
        cms.Decode(await File.ReadAllBytesAsync(await seal.PathAsync()));
        Assert.That(() => cms.CheckSignature(verifySignatureOnly: true), Throws.Nothing);
        var draft = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#pdf"));
        Assert.That(System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await draft.PathAsync())), Does.StartWith("%PDF-1.7").And.Contain("/Lang (en)"));
    }

    [TestCase("vi", "Diễn tập phục hồi", "Không đạt", "Đối tượng OCFL: có lỗi")]
    [TestCase("en", "Restore drills", "Failed", "OCFL object: not in order")]
    public async Task Drills_tell_what_was_looked_at_and_what_came_of_it(string language, string title, string outcome, string step)
    {
        await SignInAsync("auditor", language);
        await Page.GotoAsync("/drills");
        Assert.That(await TextAsync("h1"), Is.EqualTo(title));
        Assert.That(await Page.Locator("#drills tbody tr").CountAsync(), Is.EqualTo(2));
        Assert.That(await TextAsync("#drills"), Does.Contain(outcome).And.Contains(step), "what failed lies open");
        Assert.That(await Page.Locator("#drilled tbody tr").AllInnerTextsAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_officer_starts_a_run_and_a_second_press_starts_no_other()
    {
        await SignInAsync("officer", "en");
        await Page.GotoAsync("/fixity");
        await Page.ClickAsync("#start");
        Assert.That(await TextAsync("#notice"), Does.StartWith("A fixity run"));
        Assert.That(await TextAsync("#running"), Does.StartWith("A run has been under way"));
        await Page.ClickAsync("#start");
        Assert.That(await TextAsync("#notice"), Does.StartWith("A requested run"));
        var run = await Archive.ReadAsync(r => r.FixityRuns.Where(x => x.Kind == RunKind.OnDemand));
        Assert.That((run.State, run.RequestedBy), Is.EqualTo((RunState.Running, Archive.IdOf("officer"))));
        await using var session = await Archive.BeginAsync();
        await using var end = session.Command("UPDATE fixity_run SET state = 'Ended', created_at = created_at - interval '200 days' WHERE id = $1", run.Id);
        await end.ExecuteNonQueryAsync();
        await session.CommitAsync(default);
    }

    [Test]
    public async Task A_task_is_decided_in_words_by_its_role()
    {
        await SignInAsync("officer");
        await Page.ClickAsync("nav >> text=Công việc");
        await Page.ClickAsync("text=1 keys, 1 repaired");
        await Page.FillAsync("#decision", "Đã thay ổ đĩa của kho two.");
        await Page.ClickAsync("#decide");
        Assert.That(await TextAsync(), Does.Contain("Đã ghi nhận quyết định.").And.Contains("Đã thay ổ đĩa của kho two.").And.Contains("Lê Minh Châu"));
        Assert.That(await Archive.ReadAsync(r => r.Tasks.Where(t => t.Id == Archive.Incident).Select(t => t.State)), Is.EqualTo(TaskState.Done));
    }

    [Test]
    public async Task Roles_open_their_pages_and_no_others()
    {
        foreach (var (person, open, shut) in new (string, string[], string[])[]
        {
            ("producer", ["/submissions", "/registrations", "/registrations/request", "/packages", "/webhooks"], ["/cases", "/decisions", "/stores", "/fixity", "/drills", "/evidence", "/tasks", "/fixity/report.csv", "/fixity/report.pdf"]),
            ("officer", ["/submissions", "/packages", "/stores", "/fixity", "/drills", "/evidence", "/tasks"], ["/cases", "/webhooks"]),
            ("administrator", ["/people", "/tasks", "/notices", "/webhooks"], ["/cases", "/submissions", "/decisions", "/registrations", "/registrations/request", "/packages", "/stores", "/fixity", "/evidence"]),
        })
        {
            await SignInAsync(person);
            foreach (var path in open) Assert.That(await StatusAsync(path), Is.EqualTo(200), $"{person} {path}");
            foreach (var path in shut) Assert.That(await StatusAsync(path), Is.EqualTo(403), $"{person} {path}");
            await Context.ClearCookiesAsync();
        }
    }

    [Test]
    public async Task The_stores_page_tells_what_stores_were_seen_to_do_and_that_a_medium_ends()
    {
        await using (var session = await Archive.BeginAsync())
        {
            foreach (var (capability, standing) in new[] { ("RetentionLock", "Pretended"), ("ConditionalPut", "Proven") })
                if (!session.Rows.StoreCapabilities.Any(c => c.Store == "two" && c.Capability == capability))
                    session.Rows.StoreCapabilities.Add(new StoreCapability { Store = "two", Capability = capability, Standing = standing, Detail = "seen so", ProbedAt = session.Now, Since = session.Now });
            var person = session.Rows.Principals.First().Id;
            if (!session.Rows.Media.Any())
                session.Rows.Media.Add(new Medium
                {
                    Id = Guid.NewGuid(), Number = "VMT-7", Mark = "HDD đỏ", Kind = "disk", Store = "two", InServiceFrom = new DateOnly(2020, 1, 1), RatedEnd = DateOnly.FromDateTime(session.Now.UtcDateTime).AddDays(100), RegisteredBy = person, RegisteredAt = session.Now,
                });
            await session.CommitAsync(default);
        }
        await SignInAsync("officer");
        await Page.GotoAsync("/stores");
        Assert.That(await TextAsync(), Does.Contain("Chỉ nói là có").And.Contains("Khóa thời hạn (COMPLIANCE)").And.Contains("HDD đỏ").And.Contains("Còn chưa đầy một năm").And.Contains("Chính sách bản sao"));
    }

    [Test]
    public async Task The_stores_page_tells_what_an_escrow_signed_and_that_nobody_here_can_touch_it()
    {
        await SignInAsync("officer");
        await Page.GotoAsync("/stores");
        Assert.That(await TextAsync(), Does.Contain("Bản ký gửi").And.Contains("không có khóa truy cập").And.Contains("Bên ký gửi vault đã im lặng từ –."));
        await using (var session = await Archive.BeginAsync())
        {
            var now = session.Now;
            var report = new Preservation.Workflow.Escrow.EscrowReport
            {
                Escrow = "vault", Number = 1, StartedAt = now, EndedAt = now, CompleteUntil = now, RereadUntil = now, Objects = 1_234, Newest = now, Counts = new EscrowCounts(5, 6, 7, 0, 0, 0, 8, 9, 0, 1),
                Findings = [new EscrowFinding("ESCROW-REPAIRED", "ocfl/a/b", null, "other bytes")],
            };
            session.Rows.EscrowReports.Add(new EscrowReport
            {
                Id = Guid.NewGuid(), Escrow = "vault", Number = 1, StartedAt = now, EndedAt = now, CompleteUntil = now, Objects = 1_234, Body = report.ToBytes(), Sha512 = new byte[64], Signature = [1], ReceivedBy = Archive.IdOf("officer"), ReceivedAt = now,
            });
            await session.CommitAsync(default);
        }
        await Page.GotoAsync("/stores");
        Assert.That(await TextAsync(), Does.Contain("Đầy đủ và không có cảnh báo").And.Contains("1.234").And.Contains("6 phiên bản đã nhận, 0 đối tượng chưa nhận").And.Contains("1 ghi nhận khác"));
    }

    private static async Task<int> CoverageOfTwoAsync()
    {
        var since = Server.Clock.GetUtcNow().AddDays(-90);
        await using var session = await Archive.BeginAsync();
        return session.Rows.PackageCopies.Count(c => c.Store == "two" && c.LastReadAt >= since);
    }
}
