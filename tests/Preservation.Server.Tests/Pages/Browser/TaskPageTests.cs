using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Testing.Mail;
using Preservation.Workflow;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Options;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Tasks go from hand to hand on pages and by API, with one history; the mail tells what the list shows.</summary>
[NonParallelizable]
internal sealed class TaskPageTests : BrowserTest
{
    private static async Task<Guid> AddTaskAsync(string subject, DateTimeOffset? due = null)
    {
        await using var session = await Archive.BeginAsync();
        var id = Guid.CreateVersion7(session.Now);
        session.Rows.Tasks.Add(new PreservationTask { Id = id, Kind = TaskKinds.ProcessingDue, State = TaskState.Open, Role = Role.Approver, AgencyId = Archive.HomeAffairs, Subject = subject, CreatedAt = session.Now, DueAt = due });
        await session.CommitAsync(default);
        return id;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(string person, HttpMethod method, string path, object? body = null)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Server.Address) };
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Archive.KeyOf(person)) } };
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        }
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    [TestCase("vi", "Giao cho Ngô Thanh Tùng", "Trả lại", "Quyết định", "đang phụ trách")]
    [TestCase("en", "Given to Ngô Thanh Tùng", "Given back", "Decided", "has this task")]
    public async Task A_task_is_taken_given_given_back_and_decided_and_the_page_shows_each_step(string language, string given, string back, string decided, string held)
    {
        var task = await AddTaskAsync($"Hạn xử lý {language}");
        await SignInAsync("approver", language);
        await Page.GotoAsync($"/tasks/{task}");
        await Page.ClickAsync("#take");
        Assert.That(await TextAsync("#assignee"), Is.EqualTo("Trần Quốc Bảo"));
        await Page.SelectOptionAsync("#give-to", Archive.IdOf("secondApprover").ToString());
        await Page.FillAsync("#new-due", "2026-12-24");
        await Page.FillAsync("#note", "<b>nhờ anh</b>");
        await Page.ClickAsync("#assign");
        Assert.That(await TextAsync("#assignee"), Is.EqualTo("Ngô Thanh Tùng"));
        Assert.That(await TextAsync("#due"), Does.Contain("2026"));
        Assert.That(await TextAsync("#held"), Does.Contain(held));
        Assert.That(await Page.QuerySelectorAsync("#decide"), Is.Null);
        await Page.ClickAsync("#take");
        await Page.ClickAsync("#give-back");
        await Page.FillAsync("#decision", "xong rồi");
        await Page.ClickAsync("#decide");
        Assert.That(await TextAsync("#history"), Does.Contain(given).And.Contain(back).And.Contain("<b>nhờ anh</b>").And.Contain(decided).And.Contain("xong rồi"));
        Assert.That(await Page.QuerySelectorAsync("#assign"), Is.Null);
        var (_, body) = await CallAsync("auditor", HttpMethod.Get, $"/api/v1/tasks/{task}");
        Assert.That(body.GetProperty("history").EnumerateArray().Select(s => s.GetProperty("kind").GetString()), Is.EqualTo(new[] { "assigned", "assigned", "dueChanged", "assigned", "givenBack", "decided" }));
        Assert.That(Complaints, Is.Empty);
    }

    [Test]
    public async Task Whoever_acts_on_an_old_page_is_told_and_changes_nothing()
    {
        var task = await AddTaskAsync("Trang cũ");
        await SignInAsync("approver");
        await Page.GotoAsync($"/tasks/{task}");
        Assert.That((await CallAsync("secondApprover", HttpMethod.Post, $"/api/v1/tasks/{task}/assign", new { assignee = Archive.IdOf("secondApprover") })).Status, Is.EqualTo(HttpStatusCode.OK));
        await Page.FillAsync("#decision", "không biết");
        await Page.ClickAsync("#decide");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Có người đã xử lý"));
        Assert.That((await CallAsync("auditor", HttpMethod.Get, $"/api/v1/tasks/{task}")).Body.GetProperty("task").GetProperty("state").GetString(), Is.EqualTo("open"));
    }

    [Test]
    public async Task The_api_gives_filters_and_refuses_with_a_code()
    {
        var due = Server.Clock.GetUtcNow().AddHours(-1);
        var task = await AddTaskAsync("Quá hạn theo API", due);
        var path = $"/api/v1/tasks/{task}";
        async Task<(HttpStatusCode, string?)> RefusedAsync(string person, string verb, object body)
        {
            var (status, problem) = await CallAsync(person, HttpMethod.Post, $"{path}/{verb}", body);
            return (status, problem.TryGetProperty("code", out var code) ? code.GetString() : null);
        }
        async Task<bool> IsListedAsync(string person, string query) =>
            (await CallAsync(person, HttpMethod.Get, "/api/v1/tasks?limit=500&" + query)).Body.GetProperty("items").EnumerateArray().Any(t => t.GetProperty("id").GetGuid() == task);

        Assert.That(await IsListedAsync("approver", "mine=true"), Is.False);
        var (status, body) = await CallAsync("approver", HttpMethod.Post, path + "/assign", new { assignee = Archive.IdOf("approver"), seen = 0, note = "của tôi" });
        Assert.That((status, body.GetProperty("assigneeId").GetGuid()), Is.EqualTo((HttpStatusCode.OK, Archive.IdOf("approver"))));
        Assert.That((await IsListedAsync("approver", "mine=true&kind=processingDue"), await IsListedAsync("approver", "kind=approval"), await IsListedAsync("approver", "overdue=true&state=open"), await IsListedAsync("secondApprover", "mine=true")),
            Is.EqualTo((true, false, true, false)));
        Assert.That(await RefusedAsync("secondApprover", "assign", new { assignee = Archive.IdOf("secondApprover") }), Is.EqualTo((HttpStatusCode.Conflict, "heldByAnother")));
        Assert.That(await RefusedAsync("secondApprover", "decide", new { decision = "x" }), Is.EqualTo((HttpStatusCode.Conflict, "heldByAnother")));
        Assert.That(await RefusedAsync("approver", "assign", new { assignee = Archive.IdOf("approver"), note = "x", seen = 0 }), Is.EqualTo((HttpStatusCode.Conflict, "changed")));
        Assert.That(await RefusedAsync("approver", "assign", new { assignee = Archive.IdOf("officer") }), Is.EqualTo((HttpStatusCode.BadRequest, "invalid")));
        Assert.That(await RefusedAsync("approver", "assign", new { assignee = Archive.IdOf("approver") }), Is.EqualTo((HttpStatusCode.BadRequest, "invalid")));
        Assert.That(await RefusedAsync("approver", "assign", new { note = new string('x', 4_001) }), Is.EqualTo((HttpStatusCode.BadRequest, "invalid")));
        Assert.That(await RefusedAsync("officer", "assign", new { assignee = Archive.IdOf("officer") }), Is.EqualTo((HttpStatusCode.NotFound, "notFound")));
        Assert.That(await RefusedAsync("auditor", "assign", new { note = "x" }), Is.EqualTo((HttpStatusCode.Forbidden, "forbidden")));
        Assert.That(await RefusedAsync("approver", "decide", new { decision = "xong", seen = 1 }), Is.EqualTo((HttpStatusCode.OK, (string?)null)));
        Assert.That(await RefusedAsync("approver", "assign", new { note = "x" }), Is.EqualTo((HttpStatusCode.Conflict, "notOpen")));
    }

    [TestCase("vi")]
    [TestCase("en")]
    public async Task The_digest_names_every_task_that_the_page_lists_and_no_other(string language)
    {
        await AddTaskAsync("Trong thư", Server.Clock.GetUtcNow().AddDays(-1));
        await using var sink = await MailSink.StartAsync();
        var saved = await CallAsync("approver", HttpMethod.Post, "/api/v1/mail", new { address = "bao@example.gov.vn", language, frequency = "daily" });
        Assert.That(saved.Status, Is.EqualTo(HttpStatusCode.OK));
        await using (var session = await Archive.BeginAsync())
        {
            // As if nothing had been sent yet.
            await using var forget = session.Command("UPDATE mail_turn SET digest_day = NULL, sent_at = NULL, looked_at = NULL");
            await forget.ExecuteNonQueryAsync();
            await using var told = session.Command("DELETE FROM mail_told");
            await told.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        }
        var options = Options.Create(new PreservationOptions { Mail = new MailOptions { Host = "127.0.0.1", Port = sink.Port, Security = MailSecurity.None, From = "luutru@example.gov.vn", Link = Server.Address, DigestAt = TimeOnly.MinValue } });
        await new TaskMails(Server.Sessions, new MailPost(options), options, NullLogger<TaskMails>.Instance).RunAsync(default);
        var mail = (await sink.ReadAsync()).Single();
        await SignInAsync("approver", language);
        var listed = new List<string>();
        for (var path = "/tasks"; path is not null;)
        {
            await Page.GotoAsync(path);
            listed.AddRange(await Page.EvalOnSelectorAllAsync<string[]>("#tasks tbody th a", "links => links.map(a => a.href)"));
            path = await Page.QuerySelectorAsync("a[rel=next]") is { } next ? await next.GetAttributeAsync("href") : null;
        }
        var named = mail.Text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith(Server.Address + "/tasks/", StringComparison.Ordinal)).ToList();
        Assert.That(named, Is.Not.Empty.And.SubsetOf(listed));
        Assert.That(named, Has.Count.EqualTo(Math.Min(listed.Count, 50)));
        Assert.That(mail.Text, Does.Contain(language == "vi" ? $"đang mở mà bạn thấy: {listed.Count}" : $"open tasks that you see: {listed.Count}"));
    }

    [Test]
    public async Task Mail_is_chosen_on_the_account_page_and_by_an_administrator()
    {
        await SignInAsync("secondApprover", "en");
        await Page.ClickAsync("header .who a[href='/account']");
        await Page.FillAsync("#address", "tung@example.gov.vn");
        await Page.SelectOptionAsync("#frequency", "AtOnce");
        await Page.ClickAsync("#save-mail");
        Assert.That(await TextAsync("#notice"), Is.EqualTo("The choice of mail was saved."));
        Assert.That(await Page.InputValueAsync("#address"), Is.EqualTo("tung@example.gov.vn"));
        await Context.ClearCookiesAsync();
        await SignInAsync("administrator");
        await Page.GotoAsync($"/people/{Archive.IdOf("secondApprover")}");
        Assert.That(await Page.InputValueAsync("#frequency"), Is.EqualTo("AtOnce"));
        await Page.SelectOptionAsync("#frequency", "Off");
        await Page.ClickAsync("#save-mail");
        Assert.That(await TextAsync("#notice"), Is.EqualTo("Đã lưu lựa chọn nhận thư."));
        await using var session = await Archive.BeginAsync();
        Assert.That(await session.Rows.MailChoices.Where(c => c.PrincipalId == Archive.IdOf("secondApprover")).Select(c => new { c.Frequency, c.ChangedBy }).SingleAsync(),
            Is.EqualTo(new { Frequency = MailFrequency.Off, ChangedBy = Archive.IdOf("administrator") }));
        Assert.That((await CallAsync("producer", HttpMethod.Get, $"/api/v1/principals/{Archive.IdOf("secondApprover")}/mail")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }
}
