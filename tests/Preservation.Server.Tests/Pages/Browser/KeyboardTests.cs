using Preservation.Catalogue.Model;

namespace Preservation.Server.Tests.Pages.Browser;

internal sealed class KeyboardTests : BrowserTest
{
    [Test]
    public async Task Signing_in_and_approving_need_no_mouse_and_focus_is_always_seen()
    {
        var id = await Archive.AddAwaitingAsync("Hồ sơ chỉ dùng bàn phím");
        await Page.GotoAsync($"/submissions/{id}");
        await TabToAsync("key");
        await Page.Keyboard.TypeAsync(Archive.KeyOf("approver"));
        await TabToAsync("sign-in");
        await Page.Keyboard.PressAsync("Enter");
        await Page.WaitForURLAsync($"**/submissions/{id}");
        await Page.Keyboard.PressAsync("Tab");
        Assert.That(await Page.EvaluateAsync<string>("document.activeElement.className"), Is.EqualTo("skip"), "the first stop is the skip link");
        await Page.Keyboard.PressAsync("Enter");
        Assert.That(await Page.EvaluateAsync<string>("document.activeElement.id"), Is.EqualTo("main"));
        await TabToAsync("approve");
        await Page.Keyboard.PressAsync("Space");
        await Page.WaitForSelectorAsync("#notice");
        Assert.That(await Archive.ReadAsync(r => r.Submissions.Where(s => s.Id == id).Select(s => s.State)), Is.EqualTo(SubmissionState.Archiving));
    }

    private async Task TabToAsync(string id)
    {
        for (var i = 0; i < 40; i++)
        {
            if (await Page.EvaluateAsync<string>("document.activeElement.id") == id) return;
            await Page.Keyboard.PressAsync("Tab");
            Assert.That(await Page.EvaluateAsync<double>("parseFloat(getComputedStyle(document.activeElement).outlineWidth)"), Is.GreaterThanOrEqualTo(2), "focus is visible");
        }
        Assert.Fail($"{id} cannot be reached with the Tab key");
    }
}
