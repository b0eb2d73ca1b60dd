using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Preservation.Catalogue.Model;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Transfers;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>From an agency's request to minutes that a person signed, as people do it.</summary>
internal sealed class DecisionPageTests : BrowserTest
{
    /// <summary>Closes a round and makes its minutes, as the timer does. What other tests have open is none of them.</summary>
    internal static async Task MinuteAsync(Guid round)
    {
        await using (var session = await Archive.BeginAsync())
        {
            var row = await session.Rows.RegistrationRounds.SingleAsync(o => o.Id == round);
            if (row.ClosedAt is null) (row.ClosedBy, row.ClosedAt) = (Archive.IdOf("approver"), session.Now);
            await session.CommitAsync(default);
        }
        await Server.Services.GetRequiredService<RoundMinutes>().RunAsync(default);
    }

    [Test]
    public async Task The_queue_leads_to_findings_by_rule_and_a_reason_for_one_of_them_reaches_the_sender()
    {
        const string FileName = "hoso-2026-077.zip";
        var before = await Archive.AddSubmissionAsync(SubmissionState.Rejected, "Hồ sơ trả lại có lý do từng mục", fileName: FileName);
        await using (var session = await Archive.BeginAsync())
        {
            session.Rows.SubmissionFindings.Add(new SubmissionFinding { SubmissionId = before, Ordinal = 1, Code = "VN-SIP-MAN-03", Severity = "error", Clause = "c", Path = "METS.xml", MessageEn = "m", MessageVi = "t", HintEn = "h", HintVi = "g" });
            await session.CommitAsync(default);
        }
        var id = await Archive.AddAwaitingAsync("Hồ sơ trả lại có lý do từng mục");
        await Archive.ChangeAsync(id, s => s.FileName = FileName);
        await SignInAsync("approver");
        await Page.ClickAsync("nav a[href='/decisions']");
        await Page.ClickAsync($"#queue a[href='/submissions/{id}?by=rule#findings-title']");
        Assert.That(await TextAsync("#earlier"), Does.Contain("1 vấn đề mới").And.Contain("1 đã khắc phục"));
        Assert.That(await Page.Locator("h3.group code").AllInnerTextsAsync(), Is.EqualTo(new[] { "VN-SIP-W1", "VN-SIP-MAN-03" }), "what is gone comes last");
        await Page.FillAsync("input[name='reasons[1]']", "Ghi rõ <i>ngôn ngữ</i> của văn bản");
        await Page.FillAsync("#reason", "Xem lý do từng mục");
        await Page.ClickAsync("#return");
        Assert.That(await TextAsync("table.findings .said"), Does.Contain("Ghi rõ <i>ngôn ngữ</i> của văn bản"));
        Assert.That(await TextAsync("#decisions"), Does.Contain("Trần Quốc Bảo").And.Contain("Đã trả lại"));
        var receipt = await Archive.ReadAsync(r => r.Receipts.Where(x => x.SubmissionId == id && x.Kind == ReceiptKind.Returned));
        Assert.That(JsonDocument.Parse(receipt.Body).RootElement.GetProperty("outcome").GetProperty("findings")[0].GetProperty("reason").GetString(), Is.EqualTo("Ghi rõ <i>ngôn ngữ</i> của văn bản"));
    }

    [Test]
    public async Task Where_two_persons_approve_the_first_is_told_to_wait_and_cannot_be_the_second()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ cần hai người phê duyệt");
        await Archive.ChangeAsync(id, s => s.AgreementVersionId = Archive.TwoPersons);
        await SignInAsync("approver");
        await Page.GotoAsync($"/submissions/{id}");
        await Page.ClickAsync("#approve");
        Assert.That(await TextAsync("#notice"), Does.Contain("phê duyệt thứ nhất"));
        await Page.ClickAsync("#approve");
        Assert.That(await TextAsync("#notice"), Does.Contain("một người khác phải phê duyệt lần thứ hai"));
        await Context.ClearCookiesAsync();
        await SignInAsync("secondApprover");
        await Page.GotoAsync($"/submissions/{id}");
        Assert.That(await TextAsync("#first"), Does.Contain("Trần Quốc Bảo"));
        await Page.ClickAsync("#approve");
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == id).Select(s => s.State)), Is.EqualTo(SubmissionState.Archiving));
    }

    [Test]
    public async Task A_round_is_approved_by_one_button_as_it_was_seen()
    {
        var registration = await Archive.AddRegistrationAsync("Hồ sơ phê duyệt cả đợt");
        var round = await Archive.AcceptAsync(registration);
        async Task<Guid> AddAsync(string title, string sender = "producer")
        {
            var id = await Archive.AddAwaitingAsync(title, sender);
            await Archive.ChangeAsync(id, s => s.RoundId = round);
            return id;
        }
        var (one, own) = (await AddAsync("Hồ sơ một"), await AddAsync("Hồ sơ của người duyệt", "approver"));
        await SignInAsync("approver");
        await Page.GotoAsync($"/registrations/{registration}/rounds/1");
        var late = await AddAsync("Hồ sơ đến sau");
        await Page.ClickAsync("#approve-round");
        Assert.That(await TextAsync("#notice"), Does.Contain("đã thay đổi"));
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == one).Select(s => s.State)), Is.EqualTo(SubmissionState.AwaitingApproval));
        await Page.ClickAsync("#approve-round");
        Assert.That(await TextAsync(".decision"), Does.Contain("2 gói được phê duyệt").And.Contain("1 gói để lại"));
        Assert.That(await TextAsync(".left"), Does.Contain("Hồ sơ của người duyệt").And.Contain("chính là người nộp"));
        foreach (var id in new[] { one, late }) Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == id).Select(s => s.State)), Is.EqualTo(SubmissionState.Archiving));
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == own).Select(s => s.State)), Is.EqualTo(SubmissionState.AwaitingApproval));
    }

    [Test]
    public async Task An_agency_registers_and_withdraws_and_the_archive_accepts_opens_and_closes_a_round()
    {
        await SignInAsync("producer", "en");
        foreach (var title in new[] { "Hồ sơ sẽ rút", "Hồ sơ năm 2027 <b>" })
        {
            await Page.GotoAsync("/registrations");
            await Page.ClickAsync("#new");
            await Page.FillAsync("#what", title);
            await Page.FillAsync("#packages", "120");
            await Page.FillAsync("#from", "2027-03-01");
            await Page.ClickAsync("#request");
            Assert.That(await TextAsync("#notice"), Does.StartWith("The registration was sent"));
        }
        var id = await Archive.ReadAsync(r => r.Registrations.Where(x => x.Title == "Hồ sơ năm 2027 <b>").Select(x => x.Id));
        var withdrawn = await Archive.ReadAsync(r => r.Registrations.Where(x => x.Title == "Hồ sơ sẽ rút").Select(x => x.Id));
        await Page.GotoAsync($"/registrations/{withdrawn}");
        await Page.FillAsync("#withdraw-reason", "Chưa đủ hồ sơ");
        await Page.ClickAsync("#withdraw");
        Assert.That(await Archive.ReadAsync(r => r.Registrations.Where(x => x.Id == withdrawn).Select(x => x.State)), Is.EqualTo(RegistrationState.Withdrawn));
        await Context.ClearCookiesAsync();
        await SignInAsync("approver", "en");
        await Page.GotoAsync($"/registrations/{id}");
        await Page.ClickAsync("button[value=true]");
        await Page.FillAsync("#opens", "2027-03-01");
        await Page.FillAsync("#closes", "2027-02-01");
        await Page.FillAsync("#packages", "60");
        await Page.ClickAsync("#open-round");
        Assert.That(await TextAsync("#notice"), Does.Contain("not before it"));
        await Page.FillAsync("#opens", "2027-03-01");
        await Page.FillAsync("#closes", "2027-03-31");
        await Page.FillAsync("#packages", "60");
        await Page.ClickAsync("#open-round");
        Assert.That(Page.Url, Does.Contain($"/registrations/{id}/rounds/1"));
        await Page.ClickAsync("#close-round");
        Assert.That(await TextAsync("#notice"), Does.StartWith("The round is closed"));
    }

    [Test]
    public async Task Minutes_are_downloaded_signed_and_sent_back_and_something_else_is_refused_with_its_reason()
    {
        var registration = await Archive.AddRegistrationAsync("Hồ sơ ký biên bản");
        await MinuteAsync(await Archive.AcceptAsync(registration));
        await SignInAsync("approver");
        await Page.GotoAsync($"/registrations/{registration}/rounds/1");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync($"a[href='/registrations/{registration}/rounds/1/documents/minutes.vi.pdf']"));
        var frozen = await File.ReadAllBytesAsync(await download.PathAsync());
        using var authority = new TestAuthority();
        var signer = authority.IssueSigner("Trần Quốc Bảo", saysNoRevocation: true);
        var signed = PdfSigner.Sign(frozen, bytes =>
        {
            var cms = new SignedCms(new ContentInfo(bytes), detached: true);
            cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = System.Security.Cryptography.X509Certificates.X509IncludeOption.EndCertOnly }, silent: true);
            return cms.Encode();
        });
        await SendAsync("list.vi.pdf", signed);
        Assert.That(await TextAsync("#refusal"), Does.Contain("DOC-SIGNED-OTHER-BYTES").And.Contain("không phải là văn bản đã chốt"));
        await Page.GoBackAsync();
        await SendAsync("minutes.vi.pdf", signed);
        Assert.That(await TextAsync("#notice"), Does.StartWith("Đã kiểm tra chữ ký"));
        Assert.That(await TextAsync("#documents"), Does.Contain("minutes.vi.signed-1.pdf").And.Contain("Trần Quốc Bảo"));
        Assert.That(await Page.Locator("small.verdict").CountAsync(), Is.Positive, "the verdict is shown beside");

        async Task SendAsync(string of, byte[] body)
        {
            await Page.SelectOptionAsync("#of", of);
            await Page.SetInputFilesAsync("#signed", new FilePayload { Name = "đã ký <b>.pdf", MimeType = "application/pdf", Buffer = body });
            await Page.ClickAsync("#send-signed");
        }
    }

    [Test]
    public async Task A_form_of_another_site_changes_nothing()
    {
        var registration = await Archive.AddRegistrationAsync("Hồ sơ bị giả mạo yêu cầu");
        await Archive.AcceptAsync(registration);
        var waiting = await Archive.AddAwaitingAsync("Hồ sơ bị giả mạo quyết định");
        await SignInAsync("approver");
        foreach (var path in new[] { $"/submissions/{waiting}/approve", $"/submissions/{waiting}/return", $"/registrations/{registration}/rounds/1/approve", $"/registrations/{registration}/rounds/1/close", $"/registrations/{registration}/rounds", $"/registrations/{registration}/rounds/1/signed" })
        {
            var form = Context.APIRequest.CreateFormData();
            form.Set("reason", "giả").Set("seen", "").Set("of", "minutes.vi.pdf");
            var answer = await Context.APIRequest.PostAsync($"{Server.Address}{path}", new() { Form = form, MaxRedirects = 0 });
            Assert.That(answer.Status, Is.EqualTo(400), path);
        }
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == waiting).Select(s => s.State)), Is.EqualTo(SubmissionState.AwaitingApproval));
        Assert.That(await Archive.ReadAsync(r => r.RegistrationRounds.Where(o => o.RegistrationId == registration).Select(o => o.ClosedAt)), Is.Null);
    }
}
