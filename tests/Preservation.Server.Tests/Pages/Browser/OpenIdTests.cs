using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Preservation.Catalogue.Model;
using Preservation.Testing;
using Preservation.Workflow.Access;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>Sign-in at a real provider in a real browser: code flow with PKCE, which the provider insists on.</summary>
[NonParallelizable]
internal sealed class OpenIdTests
{
    private static readonly TimeSpan TokenHolds = TimeSpan.FromMinutes(2);
    private OpenIdProvider _provider = null!;
    private PageServer _server = null!;
    private SampleArchive _archive = null!;
    private IBrowserContext _context = null!;
    private IPage _page = null!;
    private TimeSpan _ahead;

    [SetUp]
    public async Task Start()
    {
        _ahead = TimeSpan.Zero;
        var program = Environment.GetEnvironmentVariable("PRESERVATION_OPENID_PROVIDER");
        if (!File.Exists(program)) Prerequisite.Missing("PRESERVATION_OPENID_PROVIDER names no OpenID provider: run ./deploy/test");
        _provider = await OpenIdProvider.StartAsync(program!, TokenHolds);
        // The archive was made a while before, so that its people are valid for a clock that is behind too.
        _server = await PageServer.StartAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(10), "--Preservation:People:OpenId:Authority", _provider.Issuer, "--Preservation:People:OpenId:Name", "Cổng tỉnh",
            "--Preservation:People:OpenId:ClientId", "preservation", "--Preservation:People:OpenId:ClientSecret", "a secret of tests");
        await _provider.ServeAsync($"{_server.Address}/sign-in/openid/callback");
        _archive = await SampleArchive.CreateAsync(_server);
        await using (var session = await _archive.BeginAsync())
        {
            var administrator = new Caller(_archive.IdOf("administrator"), PrincipalKind.Person, "", null, []);
            Assert.That(await Credentials.BindSubjectAsync(session, administrator, _archive.IdOf("auditor"), _provider.Issuer, "ha.do", null, default), Is.InstanceOf<RightsOutcome.Done>());
            await session.CommitAsync(default);
        }
        _context = await BrowserSetUp.Chromium.NewContextAsync(new BrowserNewContextOptions { BaseURL = _server.Address });
        _page = await _context.NewPageAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        if (_context is not null) await _context.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        if (_provider is not null) await _provider.DisposeAsync();
    }

    [Test]
    public async Task Whoever_was_entered_signs_in_there_lands_where_they_wanted_and_out_means_out()
    {
        await _page.GotoAsync("/packages?alias=x");
        Assert.That(await _page.InnerTextAsync("#openid"), Is.EqualTo("Đăng nhập bằng Cổng tỉnh"));
        await ProveAsync("ha.do");
        await _page.WaitForURLAsync(url => url.EndsWith("/packages?alias=x", StringComparison.Ordinal));
        Assert.That(await _page.InnerTextAsync("header"), Does.Contain("Đỗ Thu Hà"));
        var cookie = (await _context.CookiesAsync()).Single(c => c.Name == "preservation-session");
        Assert.That((cookie.HttpOnly, cookie.SameSite), Is.EqualTo((true, SameSiteAttribute.Strict)));
        await using (var session = await _archive.BeginAsync())
        {
            var id = _archive.IdOf("auditor");
            Assert.That(await session.Rows.PageSessions.CountAsync(s => s.PrincipalId == id && s.EndedAt == null), Is.EqualTo(1));
            Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "session.begin" && e.PrincipalId == id), Is.EqualTo(1));
        }
        await _page.ClickAsync("#sign-out");
        Assert.That(await StatusWithAsync(cookie), Is.EqualTo(HttpStatusCode.Redirect), "a cookie that somebody kept opens nothing any more");
        await _page.GotoAsync("/packages");
        Assert.That(_page.Url, Does.Contain("/sign-in"));
    }

    [Test]
    public async Task Whoever_was_not_entered_is_told_so_gets_no_account_and_is_logged()
    {
        await _page.GotoAsync("/sign-in");
        await ProveAsync("nguoi.la");
        await _page.WaitForSelectorAsync("#unknown");
        Assert.That(await _page.InnerTextAsync("main"), Does.Contain($"{_provider.Issuer} nguoi.la"));
        Assert.That((await _context.CookiesAsync()).Select(c => c.Name), Has.None.EqualTo("preservation-session"));
        await using var session = await _archive.BeginAsync();
        Assert.That(await session.Rows.PageSessions.AnyAsync(), Is.False);
        Assert.That(await session.Rows.Credentials.CountAsync(c => c.Kind == CredentialKind.OpenId), Is.EqualTo(1));
        var refused = await session.Rows.AuditEntries.SingleAsync(e => e.Action == "openid.refuse");
        Assert.That((await session.Rows.AuditDetails.SingleAsync(d => d.EntryId == refused.Id)).Detail, Does.Contain("nguoi.la"));
    }

    [Test]
    public async Task An_answer_that_we_did_not_ask_for_or_that_was_used_is_refused()
    {
        await _page.GotoAsync("/sign-in/openid/callback?code=abc&state=made-up&iss=" + Uri.EscapeDataString(_provider.Issuer));
        Assert.That(_page.Url, Does.EndWith("/sign-in?notice=openIdFailed"));
        var answers = new List<string>();
        _page.Request += (_, request) =>
        {
            if (request.Url.Contains("/sign-in/openid/callback?", StringComparison.Ordinal)) answers.Add(request.Url);
        };
        await ProveAsync("ha.do");
        await _page.WaitForURLAsync(url => url == _server.Address + "/submissions");
        await _context.ClearCookiesAsync();
        await _page.GotoAsync(answers.Single());
        Assert.That(_page.Url, Does.EndWith("/sign-in?notice=openIdFailed"), "the same answer in another's browser");
        Assert.That((await _context.CookiesAsync()).Select(c => c.Name), Has.None.EqualTo("preservation-session"));
    }

    [TestCase(150, true)]
    [TestCase(400, false)]
    [TestCase(-10, true)]
    [TestCase(-90, false)]
    public async Task A_clock_that_is_off_by_less_than_a_minute_is_borne_and_by_more_is_not(int secondsAhead, bool holds)
    {
        // A token holds two minutes: for a clock that is 150 seconds ahead it ended half a minute ago, for one that is behind it was issued in the future.
        _ahead = TimeSpan.FromSeconds(secondsAhead);
        await _page.GotoAsync("/sign-in");
        await ProveAsync("ha.do");
        await _page.WaitForURLAsync(url => url == _server.Address + (holds ? "/submissions" : "/sign-in?notice=openIdFailed"));
    }

    [Test]
    public async Task A_subject_that_was_revoked_ends_its_session_at_once_and_opens_no_other()
    {
        await _page.GotoAsync("/sign-in");
        await ProveAsync("ha.do");
        await _page.WaitForURLAsync(url => url == _server.Address + "/submissions");
        var id = _archive.IdOf("auditor");
        await using (var session = await _archive.BeginAsync())
        {
            var subject = await session.Rows.Credentials.Where(c => c.PrincipalId == id && c.Kind == CredentialKind.OpenId).Select(c => c.Id).SingleAsync();
            await Credentials.RevokeAsync(session, new Caller(_archive.IdOf("administrator"), PrincipalKind.Person, "", null, []), id, subject, default);
            await session.CommitAsync(default);
        }
        await _page.GotoAsync("/packages");
        Assert.That(_page.Url, Does.Contain("/sign-in"));
        await ProveAsync("ha.do");
        await _page.WaitForSelectorAsync("#unknown");
    }

    [Test]
    public async Task A_provider_that_is_away_leaves_the_key()
    {
        var provider = _provider;
        _provider = null!;
        await provider.DisposeAsync();
        await _page.GotoAsync("/sign-in");
        await _page.ClickAsync("#openid");
        Assert.That(_page.Url, Does.EndWith("/sign-in?notice=openIdAway"));
        await _page.FillAsync("#key", _archive.KeyOf("auditor"));
        await _page.ClickAsync("#sign-in");
        Assert.That(_page.Url, Does.EndWith("/submissions"));
    }

    [Test]
    public async Task What_the_provider_publishes_is_what_we_rely_on()
    {
        using var http = new HttpClient();
        using var metadata = JsonDocument.Parse(await http.GetStringAsync(new Uri(_provider.Issuer + "/.well-known/openid-configuration")));
        Assert.That(metadata.RootElement.GetProperty("issuer").GetString(), Is.EqualTo(_provider.Issuer));
        Assert.That(metadata.RootElement.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(m => m.GetString()), Is.EqualTo(new[] { "S256" }));
    }

    // The provider's own pages: a name, any password, and a consent.
    private async Task ProveAsync(string subject)
    {
        // The server's clock stands still: it is set to now, or to what it is off by.
        _server.Clock.Advance(TimeProvider.System.GetUtcNow() - _server.Clock.GetUtcNow() + _ahead);
        await _page.ClickAsync("#openid");
        await _page.FillAsync("input[name=login]", subject);
        await _page.FillAsync("input[name=password]", "any");
        await _page.ClickAsync("button[type=submit]");
        await _page.Locator("input[name=login]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        if (!_page.Url.StartsWith(_server.Address, StringComparison.Ordinal)) await _page.ClickAsync("button[type=submit]");
    }

    private async Task<HttpStatusCode> StatusWithAsync(BrowserContextCookiesResult cookie)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Address + "/packages");
        request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
        return (await http.SendAsync(request)).StatusCode;
    }
}
