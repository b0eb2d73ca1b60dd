using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>An administrator gives and ends grants; those concerned are told on every page until they confirm.</summary>
[NonParallelizable]
internal sealed class PeoplePageTests : BrowserTest
{
    [Test]
    public async Task A_grant_is_given_told_confirmed_and_ended()
    {
        var officer = Archive.IdOf("officer");
        await SignInAsync("administrator", "en");
        await Page.GotoAsync($"/people/{officer}");
        await FillGrantAsync("Reader", "Everything", "", "Decision 12/QD-LT");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Done."));
        Assert.That(await TextAsync("#grants"), Does.Contain("Decision 12/QD-LT"));
        await using (var session = await Archive.BeginAsync())
            Assert.That(await session.Rows.RoleGrants.CountAsync(g => g.PrincipalId == officer && g.Role == Role.Reader && g.GrantedBy == Archive.IdOf("administrator")), Is.EqualTo(1));
        await Context.ClearCookiesAsync();
        await SignInAsync("officer", "en");
        await Page.GotoAsync("/fixity");
        Assert.That(await TextAsync("#rights-changed"), Does.Contain("not confirmed: 1"));
        await Page.ClickAsync("#rights-changed a");
        Assert.That(await TextAsync("#notices"), Does.Contain("Grant given").And.Contain("Reader").And.Contain("Decision 12/QD-LT"));
        await Page.ClickAsync("button.confirm");
        Assert.That(await TextAsync("#notice"), Does.Contain("recorded"));
        await Page.GotoAsync("/fixity");
        Assert.That(await Page.QuerySelectorAsync("#rights-changed"), Is.Null);
        await Context.ClearCookiesAsync();
        await SignInAsync("administrator", "en");
        await Page.GotoAsync($"/people/{officer}");
        await Page.ClickAsync("tr:has-text('Decision 12/QD-LT') button.end");
        await using (var session = await Archive.BeginAsync())
            Assert.That(await session.Rows.RoleGrants.Where(g => g.PrincipalId == officer && g.Role == Role.Reader).Select(g => g.ValidUntil).SingleAsync(), Is.EqualTo(Server.Clock.GetUtcNow()));
    }

    [Test]
    public async Task What_must_be_kept_apart_is_refused_with_the_role_that_stands_against_it()
    {
        await SignInAsync("administrator");
        await Page.GotoAsync($"/people/{Archive.IdOf("producer")}");
        await FillGrantAsync("Approver", "Everything", "", "không");
        Assert.That(await TextAsync("#conflict"), Does.Contain("Người nộp"));
        await FillGrantAsync("Reader", "Agency", "H99.404", "không");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Không dùng được"));
        await Page.GotoAsync($"/people/{Archive.IdOf("administrator")}");
        await FillGrantAsync("CouncilMember", "Everything", "", "không");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Không ai tự giao quyền"));
        await using var session = await Archive.BeginAsync();
        Assert.That(await session.Rows.RoleGrants.AnyAsync(g => g.Basis == "không"), Is.False);
    }

    [Test]
    public async Task A_form_of_another_site_changes_no_rights()
    {
        await SignInAsync("administrator");
        var answer = await Context.APIRequest.PostAsync($"{Server.Address}/people/{Archive.IdOf("producer")}/change/Disable", new() { Form = Context.APIRequest.CreateFormData().Set("reason", "x") });
        Assert.That(answer.Status, Is.EqualTo(400));
        await using var session = await Archive.BeginAsync();
        Assert.That((await session.Rows.Principals.SingleAsync(p => p.Id == Archive.IdOf("producer"))).DisabledAt, Is.Null);
    }

    [Test]
    public async Task Whoever_is_switched_off_is_out_at_once_and_an_administrators_session_rests_five_minutes()
    {
        await SignInAsync("agencyAuditor");
        Assert.That(await StatusAsync("/packages"), Is.EqualTo(200));
        var administrator = await BrowserSetUp.Chromium.NewContextAsync(new() { BaseURL = Server.Address });
        await using (administrator)
        {
            var page = await administrator.NewPageAsync();
            await page.GotoAsync("/sign-in");
            await page.FillAsync("#key", Archive.KeyOf("administrator"));
            await page.ClickAsync("#sign-in");
            await page.GotoAsync($"/people/{Archive.IdOf("agencyAuditor")}");
            await page.FillAsync("#reason", "nghỉ việc");
            await page.ClickAsync("#disable");
            await Page.GotoAsync("/packages");
            Assert.That(Page.Url, Does.Contain("/sign-in"));
            await page.ClickAsync("#enable");
            Assert.That(await page.InnerTextAsync("#state"), Does.Contain("Đang hoạt động"));
            Server.Clock.Advance(TimeSpan.FromMinutes(5));
            await page.GotoAsync("/people");
            Assert.That(page.Url, Does.Contain("/sign-in"));
        }
    }

    private async Task FillGrantAsync(string role, string scope, string target, string basis)
    {
        await Page.SelectOptionAsync("#role", role);
        await Page.SelectOptionAsync("#scope", scope);
        await Page.FillAsync("#target", target);
        await Page.FillAsync("#basis", basis);
        await Page.ClickAsync("#give");
    }
}
