using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Receivers of an agency, kept on pages.</summary>
internal sealed class WebhookPageTests : BrowserTest
{
    /// <summary>A receiver of the producer's agency that was told of something twice and is paused.</summary>
    internal static async Task<Guid> AddAsync(string url)
    {
        await using var session = await Archive.BeginAsync();
        var (webhook, _) = (await Server.Services.GetRequiredService<Webhooks>().CreateAsync(session, Archive.IdOf("producer"), Archive.HomeAffairs, url, ["package.preserved"], default))!.Value;
        await session.FlushAsync(default);
        await PauseAsync(session.Rows, webhook.Id, session.Now);
        await session.CommitAsync(default);
        return webhook.Id;
    }

    private static async Task PauseAsync(Preservation.Catalogue.CatalogueContext rows, Guid id, DateTimeOffset now)
    {
        var webhook = await rows.Webhooks.SingleAsync(w => w.Id == id);
        (webhook.State, webhook.Failures, webhook.FailingSince) = (WebhookState.Paused, 2, now.AddDays(-1));
        foreach (var (attempt, status, problem) in new[] { (1, (int?)500, "status"), (2, null, "timeout") })
            rows.WebhookDeliveries.Add(new WebhookDelivery { Id = Guid.CreateVersion7(now.AddMinutes(attempt)), WebhookId = id, FirstSequence = 4, LastSequence = 9, Changes = 3, Attempt = attempt, StartedAt = now, EndedAt = now, Status = status, Problem = problem });
        await rows.SaveChangesAsync();
    }

    [TestCase("vi", "chỉ hiện một lần", "Đang gửi", "Tạm dừng", "Quá thời gian chờ", "Đã ngừng")]
    [TestCase("en", "shown once", "Active", "Paused", "No answer in time", "Ended")]
    public async Task A_receiver_is_added_with_a_secret_shown_once_set_going_again_given_a_new_secret_and_ended(string language, string once, string active, string paused, string late, string ended)
    {
        await SignInAsync("producer", language);
        await Page.ClickAsync("nav a[href='/webhooks']");
        await Page.FillAsync("#url", $"https://receiver.example/{language}");
        await Page.SelectOptionAsync("#types", "package.preserved");
        await Page.ClickAsync("#add");
        var secret = await TextAsync("#secret");
        Assert.That(secret, Does.Match("^whs_[0-9a-f]{64}$"));
        Assert.That(await TextAsync(), Does.Contain(once));
        await Page.ClickAsync(".crumb a");
        var id = Guid.Parse(Page.Url.Split('/')[^1]);
        Assert.That(await TextAsync("#state"), Is.EqualTo(active));
        Assert.That(await Page.ContentAsync(), Does.Not.Contain(secret).And.Contain($"https://receiver.example/{language}").And.Contain("package.preserved"));
        await using (var session = await Archive.BeginAsync())
        {
            await PauseAsync(session.Rows, id, session.Now);
            await session.CommitAsync(default);
        }
        await Page.ReloadAsync();
        Assert.That(await TextAsync("#state"), Does.StartWith(paused));
        Assert.That(await TextAsync("#deliveries tbody tr:first-child"), Does.Contain(late).And.Contain("4 – 9"));
        Assert.That(await TextAsync("#deliveries tbody tr:last-child"), Does.Contain("HTTP 500"));
        await Page.FillAsync("#after", "-1");
        await Page.ClickAsync("#replay");
        Assert.That((await TextAsync("#state"), await TextAsync("#place")), Is.EqualTo((active, "-1")));
        await Page.FillAsync("#after", "999999999");
        await Page.ClickAsync("#replay");
        Assert.That((await Page.Locator("#notice").CountAsync(), await TextAsync("#place")), Is.EqualTo((1, "-1")), "the log has no such place");
        await Page.ClickAsync("#renew");
        Assert.That(await TextAsync("#secret"), Does.StartWith("whs_").And.Not.EqualTo(secret));
        await Page.ClickAsync(".crumb a");
        await Page.ClickAsync("#end");
        Assert.That(await TextAsync("#state"), Is.EqualTo(ended));
        Assert.That(await Page.Locator("main form").CountAsync(), Is.Zero);
        await using var reading = await Archive.BeginAsync();
        Assert.That(await reading.Rows.AuditEntries.Where(e => e.SubjectId == id.ToString()).OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(), Is.EqualTo(new[] { "webhook.create", "webhook.replay", "webhook.secret", "webhook.end" }));
        Assert.That(Complaints, Is.Empty);
    }

    [TestCase("http://receiver.example/")]
    [TestCase("https://user@receiver.example/")]
    public async Task An_address_that_cannot_be_used_is_refused(string url)
    {
        await SignInAsync("producer");
        await Page.GotoAsync("/webhooks");
        await Page.FillAsync("#url", url);
        await Page.ClickAsync("#add");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Không dùng được địa chỉ"));
    }

    [Test]
    public async Task Another_agency_sees_changes_and_enters_nothing()
    {
        var id = await AddAsync("https://receiver.example/foreign");
        await SignInAsync("otherProducer");
        Assert.That(await StatusAsync($"/webhooks/{id}"), Is.EqualTo(404));
        foreach (var action in new[] { $"/webhooks/{id}/change?handler=End", $"/webhooks/{id}/change?handler=Replay", $"/webhooks/{id}/secret" })
        {
            await Page.GotoAsync("/webhooks");
            Assert.That(await TextAsync(), Does.Not.Contain("receiver.example/foreign"));
            await Page.FillAsync("#url", "https://receiver.example/");
            await Page.EvaluateAsync("action => { document.querySelector('main form').action = action }", action);
            var answer = await Page.RunAndWaitForResponseAsync(() => Page.ClickAsync("#add"), r => r.Request.Method == "POST");
            Assert.That(answer.Status, Is.EqualTo(404), action);
        }
        await Page.GotoAsync("/webhooks");
        await Page.FillAsync("#url", "https://receiver.example/");
        await Page.EvaluateAsync("agency => { document.querySelector('#agency option').value = agency }", Archive.HomeAffairs.ToString());
        await Page.ClickAsync("#add");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Không dùng được địa chỉ"));
        await using var session = await Archive.BeginAsync();
        Assert.That(await session.Rows.Webhooks.Where(w => w.Id == id).Select(w => new { w.State, w.SecretNumber }).SingleAsync(), Is.EqualTo(new { State = WebhookState.Paused, SecretNumber = 1 }));
    }
}
