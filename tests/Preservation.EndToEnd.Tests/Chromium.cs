using Microsoft.Playwright;

namespace Preservation.EndToEnd.Tests;

/// <summary>A real browser for people at the pages of a deployment; each has a context of their own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var program = Environment.GetEnvironmentVariable("PRESERVATION_CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(program)) Machine.Missing($"{program} is missing: run ./deploy/test, or name one in PRESERVATION_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program, Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        }));
    }

    /// <summary>Somebody who sits down before the server as it is reached now.</summary>
    public async Task<Visitor> VisitAsync(Uri server, string language)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = server.ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/language/{language}?returnUrl=/sign-in");
        return new Visitor(context, page);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
