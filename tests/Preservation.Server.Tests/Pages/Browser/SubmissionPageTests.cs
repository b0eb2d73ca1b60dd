using Preservation.Catalogue.Model;

namespace Preservation.Server.Tests.Pages.Browser;

internal sealed class SubmissionPageTests : BrowserTest
{
    [TestCase("vi", "Giá trị băm của tệp không khớp với METS.", "Lỗi: gói không được chấp nhận (2)", "Bị từ chối")]
    [TestCase("en", "The file's digest is not the one METS states.", "Errors: the package cannot be accepted (2)", "Rejected")]
    public async Task All_findings_are_shown_by_severity_in_the_language_of_the_page(string language, string message, string errors, string state)
    {
        await SignInAsync("producer", language);
        await Page.ClickAsync("text=Hồ sơ tuyển dụng công chức năm 2024");
        var text = await TextAsync();
        Assert.That(await Page.GetAttributeAsync("html", "lang"), Is.EqualTo(language));
        Assert.That(text, Does.Contain(message).And.Contains(state).And.Contains("VN-SIP-MAN-03").And.Contains("60303ae22b998861bce3").And.Contains("representations/rep1/data/CV-118.pdf"));
        var headings = await Page.Locator("h3.severity").AllInnerTextsAsync();
        Assert.That(headings, Has.Count.EqualTo(3));
        Assert.That(headings[0], Does.EndWith(errors));
        Assert.That(await Page.Locator("table.findings tbody tr").CountAsync(), Is.EqualTo(4));
    }

    [Test]
    public async Task The_list_is_filtered_by_state_and_holds_only_the_callers_agency()
    {
        await SignInAsync("producer");
        Assert.That(await TextAsync(), Does.Not.Contain("Sở Tài chính"));
        await Page.SelectOptionAsync("#state", "Rejected");
        await Page.ClickAsync("form.filter button");
        Assert.That(Page.Url, Does.Contain("state=Rejected"));
        Assert.That((await Page.Locator("td .state").AllInnerTextsAsync()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await StatusAsync($"/submissions/{Archive.Foreign}"), Is.EqualTo(404));
        Assert.That(await StatusAsync($"/submissions/{Archive.Foreign}/receipts/BytesReceived"), Is.EqualTo(404));
    }

    [Test]
    public async Task A_submission_that_waits_tells_the_last_problem()
    {
        await SignInAsync("producer");
        await Page.GotoAsync($"/submissions/{Archive.Waiting}");
        Assert.That(await TextAsync(".problem"), Does.Contain("store two: connection refused").And.Contains("4"));
    }

    [Test]
    public async Task Approval_is_one_button_and_starts_the_archiving()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ chờ phê duyệt");
        await SignInAsync("approver");
        await Page.GotoAsync($"/submissions/{id}");
        await Page.ClickAsync("#approve");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Đã phê duyệt"));
        var submission = await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == id));
        Assert.That((submission.State, submission.DecidedBy), Is.EqualTo((SubmissionState.Archiving, Archive.IdOf("approver"))));
        Assert.That(await Archive.ReadAsync(r => r.Tasks.Where(t => t.SubmissionId == id).Select(t => t.Decision)), Is.EqualTo("approved"));
        Assert.That(await Page.Locator("#approve").CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_return_needs_a_reason_and_shows_it()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ sẽ bị trả lại");
        await SignInAsync("approver", "en");
        await Page.GotoAsync($"/submissions/{id}");
        await Page.FillAsync("#reason", "   ");
        await Page.ClickAsync("#return");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Give a reason"));
        await Page.FillAsync("#reason", "Thiếu văn bản số 12 <b>");
        await Page.ClickAsync("#return");
        Assert.That(await TextAsync(".said"), Is.EqualTo("Thiếu văn bản số 12 <b>"));
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == id).Select(s => s.State)), Is.EqualTo(SubmissionState.Returned));
        Assert.That(await TextAsync(".receipts"), Does.Contain("Returned"));
    }

    [Test]
    public async Task Nobody_decides_on_what_they_sent_themselves()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ của chính người phê duyệt", "approver");
        await SignInAsync("approver");
        await Page.GotoAsync($"/submissions/{id}");
        Assert.That(await TextAsync("#own"), Does.Contain("một người khác phải quyết định"));
        Assert.That(await Page.Locator("#approve, #return").CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Two_approvers_at_once_decide_once()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ được hai người mở");
        await SignInAsync("approver");
        var other = await Context.NewPageAsync();
        await Page.GotoAsync($"/submissions/{id}");
        await other.GotoAsync($"/submissions/{id}");
        await Page.ClickAsync("#approve");
        await other.ClickAsync("#approve");
        Assert.That(await other.InnerTextAsync("#notice"), Is.EqualTo("Gói nộp này không còn chờ quyết định."));
    }

    [Test]
    public async Task Those_who_may_not_decide_see_no_form_and_are_refused()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ kiểm toán viên xem");
        await SignInAsync("auditor");
        await Page.GotoAsync($"/submissions/{id}");
        Assert.That(await Page.Locator("#approve, #return").CountAsync(), Is.Zero);
        var answer = await Context.APIRequest.PostAsync($"{Server.Address}/submissions/{id}/approve");
        Assert.That(answer.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_receipt_and_its_seal_are_downloaded_as_they_were_issued()
    {
        await SignInAsync("producer");
        await Page.GotoAsync($"/submissions/{Archive.Rejected}");
        var kept = await Archive.ReadAsync(r => r.Receipts.Where(x => x.SubmissionId == Archive.Rejected && x.Kind == ReceiptKind.Rejected));
        foreach (var (path, bytes) in new[] { ("", kept.Body), ("/seal", kept.Seal) })
        {
            var download = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync($"a[href='/submissions/{Archive.Rejected}/receipts/Rejected{path}']"));
            Assert.That(await File.ReadAllBytesAsync(await download.PathAsync()), Is.EqualTo(bytes));
        }
    }
}
