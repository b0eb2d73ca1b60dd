namespace Preservation.Server.Tests.Pages.Browser;

internal sealed class HostileTextTests : BrowserTest
{
    [Test]
    public async Task Names_and_titles_that_hold_markup_stay_text_everywhere()
    {
        await SignInAsync("auditor");
        var registration = await Archive.AddRegistrationAsync(SampleArchive.Hostile);
        var round = await Archive.AcceptAsync(registration);
        var waiting = await Archive.AddAwaitingAsync(SampleArchive.Hostile);
        await Archive.ChangeAsync(waiting, s => (s.RoundId, s.FileName) = (round, "<b onmouseover=alert(1)>.zip"));
        foreach (var path in new[] { "/decisions", $"/registrations/{registration}", $"/registrations/{registration}/rounds/1", $"/submissions/{waiting}?by=rule", $"/submissions/{Archive.HostileSubmission}?by=document", "/submissions", $"/submissions/{Archive.HostileSubmission}", "/packages", $"/packages/{Archive.HostilePackage}", $"/packages/{Archive.HostilePackage}/provenance", $"/packages/{Archive.HostilePackage}/case", $"/packages/{Archive.HostilePackage}/trace?path=METS.xml", $"/packages/{Archive.Package}/trace?path=METS.xml", "/evidence", "/stores", "/fixity", "/tasks" })
        {
            await Page.GotoAsync(path);
            Assert.That(await Page.TitleAsync(), Is.Not.EqualTo("taken"), path);
            Assert.That(await Page.Locator("script, main img, [onerror], [onmouseover], main b, chỉ").CountAsync(), Is.Zero, path);
            Assert.That(Complaints, Is.Empty, path);
        }
        await Page.GotoAsync($"/packages/{Archive.HostilePackage}");
        Assert.That(await TextAsync("h1"), Is.EqualTo(SampleArchive.Hostile));
        Assert.That(await TextAsync("#banner-waiver"), Does.Contain(PageServer.Waiver));
    }

    [TestCase("/submissions?state=%3Cscript%3E&before=x")]
    [TestCase("/packages?alias=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")]
    [TestCase("/submissions?notice=%3Cscript%3E")]
    public async Task What_the_address_holds_stays_text(string path)
    {
        await SignInAsync("auditor");
        Assert.That(await StatusAsync(path), Is.EqualTo(200));
        Assert.That(await Page.Locator("script, #notice").CountAsync(), Is.Zero);
    }

    [TestCase("/submissions/00000000-0000-0000-0000-000000000000")]
    [TestCase("/submissions/x")]
    [TestCase("/packages/00000000-0000-0000-0000-000000000000/provenance.xml")]
    [TestCase("/tasks/00000000-0000-0000-0000-000000000000")]
    [TestCase("/error/200")]
    public async Task What_is_not_there_is_a_readable_page_that_tells_no_more(string path)
    {
        await SignInAsync("auditor");
        Assert.That(await StatusAsync(path), Is.EqualTo(404));
        Assert.That(await TextAsync("main"), Is.Not.Empty);
    }
}
