using Microsoft.Playwright;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>A fresh browser context for each test: no cookie of another test is in it.</summary>
internal abstract class BrowserTest
{
    private IBrowserContext _context = null!;

    protected static PageServer Server => BrowserSetUp.Server;

    protected static SampleArchive Archive => BrowserSetUp.Archive;

    protected IPage Page { get; private set; } = null!;

    protected IBrowserContext Context => _context;

    /// <summary>Everything the browser complained of: a blocked script or style shows here.</summary>
    protected List<string> Complaints { get; } = [];

    [SetUp]
    public async Task OpenBrowser()
    {
        Complaints.Clear();
        _context = await BrowserSetUp.Chromium.NewContextAsync(new BrowserNewContextOptions { BaseURL = Server.Address, ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            if (message.Type == "error") Complaints.Add(message.Text);
        };
    }

    [TearDown]
    public async Task CloseBrowser() => await _context.DisposeAsync();

    protected async Task SignInAsync(string person, string language = "vi")
    {
        await Page.GotoAsync($"/language/{language}?returnUrl=/sign-in");
        await Page.FillAsync("#key", Archive.KeyOf(person));
        await Page.ClickAsync("#sign-in");
        await Page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
    }

    protected async Task<int> StatusAsync(string path) => (await Page.GotoAsync(path))!.Status;

    protected Task<string> TextAsync(string selector = "main") => Page.InnerTextAsync(selector);
}
