using System.IO.Compression;
using Microsoft.EntityFrameworkCore;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>An auditor's cases as pages: what a mandate lists, shows and gives away.</summary>
internal sealed class CasePageTests : BrowserTest
{
    [TestCase("vi", "Vụ việc được giao kiểm tra", "Đã nhận dữ liệu")]
    [TestCase("en", "Cases of my mandate", "Bytes received")]
    public async Task A_mandate_lists_its_case_shows_it_and_gives_its_file(string language, string title, string receipt)
    {
        await SignInAsync("caseAuditor", language);
        await Page.ClickAsync("nav a[href='/cases']");
        Assert.That(await TextAsync("h1"), Is.EqualTo(title));
        Assert.That(await Page.Locator("#cases tbody tr").CountAsync(), Is.EqualTo(1));
        Assert.That(await TextAsync("#cases"), Does.Contain("QĐ-12/TTr").And.Contain("Sở Nội vụ tỉnh Bắc Ninh"));
        await Page.ClickAsync("#cases tbody th a");
        Assert.That(await TextAsync("#basis"), Is.EqualTo("QĐ-12/TTr"));
        Assert.That(await TextAsync("#submissions"), Does.Contain(receipt));
        Assert.That(await TextAsync("#entries"), Does.Contain("package.preserved"));
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.ClickAsync("#take"));
        using var zip = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.That(zip.Entries.Select(e => e.FullName), Has.Some.EndsWith("case/case.json").And.Some.EndsWith($"case/cover-sheet-{language}.pdf"));
        await using var session = await Archive.BeginAsync();
        var read = await session.Rows.AuditEntries.Where(e => e.Action == "case.read" && e.PrincipalId == Archive.IdOf("caseAuditor") && e.SubjectId == Archive.Package.ToString()).CountAsync();
        Assert.That(read, Is.GreaterThanOrEqualTo(2), "that it was seen and that it was taken");
        Assert.That(Complaints, Is.Empty);
    }

    [Test]
    public async Task Nobody_sees_or_takes_a_case_beyond_the_mandate()
    {
        foreach (var (person, package, status) in new[] { ("caseAuditor", Archive.HostilePackage, 404), ("producer", Archive.Package, 403), ("officer", Archive.Package, 403) })
        {
            await SignInAsync(person);
            foreach (var path in new[] { "case", "case.zip" }) Assert.That(await StatusAsync($"/packages/{package}/{path}"), Is.EqualTo(status), $"{person} {path}");
            await Context.ClearCookiesAsync();
        }
    }

    [Test]
    public async Task Who_sees_everything_has_no_mandate_in_the_list_and_is_told_of_a_file_that_cannot_be_made_yet()
    {
        await SignInAsync("auditor");
        await Page.GotoAsync("/cases");
        Assert.That(await TextAsync(), Does.Contain("Bạn hiện không được giao vụ việc nào."));
        await Page.GotoAsync($"/packages/{Archive.HostilePackage}/case.zip");
        Assert.That(await TextAsync("#notice"), Does.StartWith("Gói này chưa có dấu thời gian"));
    }
}
