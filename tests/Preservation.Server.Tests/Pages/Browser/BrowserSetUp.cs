using Microsoft.Playwright;
using Preservation.Testing;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>One server with one sample archive and one Chromium for all browser tests.</summary>
[SetUpFixture]
internal sealed class BrowserSetUp
{
    private static IPlaywright? _playwright;

    public static PageServer Server { get; private set; } = null!;

    public static SampleArchive Archive { get; private set; } = null!;

    public static IBrowser Chromium { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var chromium = Environment.GetEnvironmentVariable("PRESERVATION_CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(chromium)) Prerequisite.Missing($"{chromium} is missing: run ./deploy/test, or name one in PRESERVATION_CHROMIUM");
        Server = await PageServer.StartAsync();
        Archive = await SampleArchive.CreateAsync(Server);
        _playwright = await Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium, Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Chromium is not null) await Chromium.DisposeAsync();
        _playwright?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
    }
}
