using System.Net;
using Microsoft.AspNetCore.Http;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Collection;

public sealed class MaterialFetcherTests
{
    private LoopbackServer _server = null!;

    [SetUp]
    public async Task Start() => _server = await LoopbackServer.StartAsync();

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_listed_host_answers()
    {
        await _server.AnswerAsync([1, 2, 3]);
        using var fetcher = Fetcher();
        Assert.That(await fetcher.FetchAsync(_server.Url + "/a.crl", null, default), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_host_that_is_not_listed_is_not_even_asked()
    {
        using var fetcher = Fetcher(o => o.Hosts.Clear());
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        Assert.That(fetcher.IsAllowed("ldap://127.0.0.1/x"), Is.False);
        Assert.That(fetcher.IsAllowed("http://user:password@127.0.0.1/"), Is.False);
        Assert.That(_server.Requests, Is.Zero);
    }

    [TestCase("http://crl.example.gov.vn/a", ExpectedResult = true)]
    [TestCase("http://EXAMPLE.gov.vn/a", ExpectedResult = false)]
    [TestCase("http://example.gov.vn.attacker.test/a", ExpectedResult = false)]
    [TestCase("http://badexample.gov.vn/a", ExpectedResult = false)]
    [TestCase("file:///etc/passwd", ExpectedResult = false)]
    [TestCase("no address", ExpectedResult = false)]
    public bool A_star_stands_for_names_below_only(string url)
    {
        using var fetcher = Fetcher(o => o.Hosts.Add("*.example.gov.vn"));
        return fetcher.IsAllowed(url);
    }

    [Test]
    public async Task A_private_address_is_refused_unless_it_is_configured()
    {
        using var fetcher = Fetcher(o => o.PrivateAddresses = false);
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        Assert.That(_server.Requests, Is.Zero);
    }

    [TestCase("10.1.2.3")]
    [TestCase("127.0.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("172.31.0.1")]
    [TestCase("192.168.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("224.0.0.1")]
    [TestCase("::1")]
    [TestCase("fe80::1")]
    [TestCase("fc00::1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("2002:a00:1::")]
    [TestCase("64:ff9b::a00:1")]
    public void These_are_not_the_public_internet(string address) => Assert.That(CheckedConnection.IsPrivate(IPAddress.Parse(address)));

    [TestCase("8.8.8.8")]
    [TestCase("172.32.0.1")]
    [TestCase("2600::1")]
    public void And_these_are(string address) => Assert.That(CheckedConnection.IsPrivate(IPAddress.Parse(address)), Is.False);

    [Test]
    public async Task A_redirect_does_not_lead_out_of_the_list_nor_round_and_round()
    {
        using var fetcher = Fetcher();
        _server.Answer = context => Redirect(context, "http://elsewhere.test/");
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        _server.Answer = context => Redirect(context, _server.Url);
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        Assert.That(_server.Requests, Is.LessThan(10));
    }

    [Test]
    public async Task More_bytes_than_allowed_are_refused_whether_announced_or_not()
    {
        using var fetcher = Fetcher(o => o.MaxBytes = 1024);
        _server.Answer = context => context.Response.Body.WriteAsync(new byte[2000]).AsTask();
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        _server.Answer = context =>
        {
            context.Response.ContentLength = 2000;
            return context.Response.Body.WriteAsync(new byte[2000]).AsTask();
        };
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
    }

    [Test]
    public async Task Silence_and_errors_end()
    {
        using var fetcher = Fetcher(o => o.Timeout = TimeSpan.FromMilliseconds(200));
        _server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        _server.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await Refused(() => fetcher.FetchAsync(_server.Url, null, default));
        await Refused(() => fetcher.FetchAsync("http://127.0.0.1:1/", null, default));
    }

    private static Task Refused(Func<Task> fetch) => Assert.ThatAsync(fetch, Throws.TypeOf<MaterialUnavailableException>());

    private static MaterialFetcher Fetcher(Action<CollectionOptions>? change = null) => new(Settings.Of(o =>
    {
        o.Collection.Hosts.Add("127.0.0.1");
        o.Collection.PrivateAddresses = true;
        change?.Invoke(o.Collection);
    }));

    private static Task Redirect(HttpContext context, string url)
    {
        context.Response.Redirect(url);
        return Task.CompletedTask;
    }
}
