using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Preservation.Server.Tests.Pages.Browser;

internal sealed class SignInTests : BrowserTest
{
    [Test]
    public async Task A_good_key_opens_a_session_and_leads_to_where_one_wanted_to_go()
    {
        await Page.GotoAsync("/packages?alias=x");
        Assert.That(Page.Url, Does.Contain("/sign-in?returnUrl="));
        await Page.FillAsync("#key", Archive.KeyOf("auditor"));
        await Page.ClickAsync("#sign-in");
        Assert.That(new Uri(Page.Url).PathAndQuery, Is.EqualTo("/packages?alias=x"));
        Assert.That(await TextAsync("header"), Does.Contain("Đỗ Thu Hà"));
        var cookie = (await Context.CookiesAsync()).Single(c => c.Name == "preservation-session");
        Assert.That((cookie.HttpOnly, cookie.SameSite, cookie.Expires), Is.EqualTo((true, SameSiteAttribute.Strict, -1f)));
        Assert.That(cookie.Value, Does.Not.Contain(Archive.KeyOf("auditor").Split('_')[2]));
    }

    [TestCase("pk_0000000000000000_0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("not a key")]
    public async Task A_bad_key_is_refused_in_both_languages(string key)
    {
        foreach (var (language, word) in new[] { ("vi", "Khóa này sai"), ("en", "This key is wrong") })
        {
            await Page.GotoAsync($"/language/{language}?returnUrl=/sign-in");
            await Page.FillAsync("#key", key);
            var answer = await Page.RunAndWaitForResponseAsync(() => Page.ClickAsync("#sign-in"), r => r.Request.Method == "POST");
            Assert.That(answer.Status, Is.EqualTo(401));
            Assert.That(await TextAsync("#sign-in-error"), Does.Contain(word));
            Assert.That((await Context.CookiesAsync()).Select(c => c.Name), Has.None.EqualTo("preservation-session"));
        }
    }

    [Test]
    public async Task A_session_that_rested_fifteen_minutes_has_ended_and_one_in_use_has_not()
    {
        await SignInAsync("auditor");
        for (var i = 0; i < 2; i++)
        {
            Server.Clock.Advance(TimeSpan.FromMinutes(14));
            await Page.GotoAsync("/packages");
            Assert.That(Page.Url, Does.EndWith("/packages"));
        }
        Server.Clock.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));
        await Page.GotoAsync("/packages");
        Assert.That(Page.Url, Does.Contain("/sign-in"));
    }

    [Test]
    public async Task A_session_ends_with_its_key_and_grants_are_those_of_now()
    {
        await SignInAsync("leaver");
        Assert.That(await StatusAsync("/packages"), Is.EqualTo(200));
        var id = Archive.IdOf("leaver");
        await using (var session = await Archive.BeginAsync())
        {
            (await session.Rows.RoleGrants.SingleAsync(g => g.PrincipalId == id)).ValidUntil = session.Now;
            await session.CommitAsync(default);
        }
        Assert.That(await StatusAsync("/packages"), Is.EqualTo(403));
        await using (var session = await Archive.BeginAsync())
        {
            (await session.Rows.Credentials.SingleAsync(c => c.PrincipalId == id)).RevokedAt = session.Now;
            await session.CommitAsync(default);
        }
        await Page.GotoAsync("/packages");
        Assert.That(Page.Url, Does.Contain("/sign-in"));
    }

    [Test]
    public async Task Signing_out_ends_the_session()
    {
        await SignInAsync("auditor");
        await Page.ClickAsync("#sign-out");
        Assert.That(await TextAsync("#notice"), Is.EqualTo("Bạn đã đăng xuất."));
        await Page.GotoAsync("/packages");
        Assert.That(Page.Url, Does.Contain("/sign-in"));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    public async Task One_is_never_led_to_another_site(string returnUrl)
    {
        await Page.GotoAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));
        await Page.FillAsync("#key", Archive.KeyOf("auditor"));
        await Page.ClickAsync("#sign-in");
        Assert.That(Page.Url, Does.StartWith(Server.Address));
        await Page.GotoAsync("/language/en?returnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.That(Page.Url, Does.StartWith(Server.Address));
    }

    [Test]
    public async Task The_session_cookie_does_not_open_the_API_and_a_form_without_its_token_is_refused()
    {
        await SignInAsync("approver");
        Assert.That(await StatusAsync("/api/v1/submissions"), Is.EqualTo(401));
        var waiting = await Archive.AddAwaitingAsync("Không có mã chống giả mạo");
        var answer = await Context.APIRequest.PostAsync($"{Server.Address}/submissions/{waiting}/approve");
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == waiting).Select(s => s.State)), Is.EqualTo(Catalogue.Model.SubmissionState.AwaitingApproval));
    }

    [Test]
    public async Task Every_answer_carries_the_headers_that_keep_other_sites_and_scripts_out()
    {
        foreach (var path in new[] { "/sign-in", "/nothing/here", "/submissions" })
        {
            var headers = (await Page.GotoAsync(path))!.Headers;
            Assert.That(headers["content-security-policy"], Does.StartWith("default-src 'none';").And.Contains("frame-ancestors 'none'").And.Not.Contains("unsafe"));
            Assert.That((headers["x-content-type-options"], headers["referrer-policy"], headers["cache-control"]), Is.EqualTo(("nosniff", "same-origin", headers["cache-control"])));
            Assert.That(headers["cache-control"], Does.Contain("no-store"));
        }
    }
}
