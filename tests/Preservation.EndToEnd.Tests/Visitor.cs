using System.Security.Cryptography;
using Microsoft.Playwright;

namespace Preservation.EndToEnd.Tests;

/// <summary>One person at the pages, from the sign-in on.</summary>
internal sealed class Visitor(IBrowserContext context, IPage page) : IAsyncDisposable
{
    public IPage Page => page;

    public async Task SignInAsync(string key)
    {
        await page.FillAsync("#key", key);
        await page.ClickAsync("#sign-in");
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
    }

    /// <summary>At the OpenID provider, on its own pages: a name, any password, and a consent.</summary>
    public async Task ProveAsync(string subject, Uri server)
    {
        await page.ClickAsync("#openid");
        await page.FillAsync("input[name=login]", subject);
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await page.Locator("input[name=login]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        if (!page.Url.StartsWith(server.ToString(), StringComparison.Ordinal)) await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(url => url.StartsWith(server.ToString(), StringComparison.Ordinal) && !url.Contains("sign", StringComparison.Ordinal));
    }

    public async Task<int> GoAsync(string path) => (await page.GotoAsync(path))!.Status;

    public Task<string> TextAsync(string selector) => page.InnerTextAsync(selector);

    /// <summary>Follows a link that is a download: the file and its SHA-512 in hexadecimal.</summary>
    public async Task<(string Path, string Sha512)> DownloadAsync(string name)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync($"#documents a[href$='/documents/{name}']"));
        var path = await download.PathAsync();
        return (path, Convert.ToHexStringLower(SHA512.HashData(await File.ReadAllBytesAsync(path))));
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
