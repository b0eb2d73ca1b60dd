using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Testing;
using Preservation.Workflow.Changes;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Collection;

namespace Preservation.Workflow.Tests.Changes;

/// <summary>Receivers that answer, and all the ways in which they do not.</summary>
internal sealed class WebhookDeliveriesTests : ChangeFixture
{
    private readonly List<(string Body, string Date, string Signature)> _received = [];
    private LoopbackServer _server = null!;
    private WebhookConnection _connection = null!;
    private WebhookDeliveries _deliveries = null!;
    private Webhooks _webhooks = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await LoopbackServer.StartAsync();
        _server.Answer = KeepAsync;
        Use(_ => { });
    }

    [TearDown]
    public async Task Stop()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
        _received.Clear();
    }

    private void Use(Action<WebhookOptions> change)
    {
        var key = Path.Join(Folder, "webhooks.key");
        File.WriteAllBytes(key, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        var settings = Settings.Of(o =>
        {
            (o.Webhooks.KeyFile, o.Webhooks.PrivateAddresses) = (key, true);
            change(o.Webhooks);
        });
        _connection?.Dispose();
        _connection = new WebhookConnection(settings);
        var secrets = new WebhookSecrets(settings);
        _webhooks = new Webhooks(secrets, settings);
        _deliveries = new WebhookDeliveries(Database.Sessions, secrets, _connection, settings);
    }

    private async Task KeepAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        lock (_received) _received.Add((body, context.Request.Headers["Preservation-Date"].ToString(), context.Request.Headers["Preservation-Signature"].ToString()));
    }

    private async Task<(Guid Id, string Secret)> SubscribeAsync(string? url = null, Guid? agency = null, params string[] types)
    {
        await using var session = await BeginAsync();
        var made = await _webhooks.CreateAsync(session, Person, agency ?? Agency, url ?? _server.Url + "/hook", types, default);
        await session.CommitAsync(default);
        return (made!.Value.Webhook.Id, made.Value.Secret);
    }

    private async Task<int> DeliverAsync()
    {
        var requests = 0;
        while (await _deliveries.DeliverNextAsync(default)) Assert.That(++requests, Is.LessThan(50), "comes to rest");
        return requests;
    }

    private async Task ChangeAsync(string subject = "1", string type = "agreement.create", Guid? agency = null)
    {
        await HappenAsync(type, subject, agency);
        await SealAsync();
    }

    private async Task<Webhook> HookAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Webhooks.SingleAsync(w => w.Id == id);
    }

    private async Task<List<WebhookDelivery>> LogAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.WebhookDeliveries.OrderBy(d => d.Id).ToListAsync();
    }

    private async Task<WebhookOutcome> ReplayAsync(Guid id, long? after)
    {
        await using var session = await BeginAsync();
        var outcome = await Webhooks.ReplayAsync(session, Person, id, after, default);
        await session.CommitAsync(default);
        return outcome;
    }

    private List<string> Told()
    {
        lock (_received) return [.. _received.SelectMany(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("changes").EnumerateArray()).Select(c => c.GetProperty("subjectId").GetString()!)];
    }

    [Test]
    public async Task Changes_come_in_order_and_openssl_gets_the_same_signature()
    {
        await ChangeAsync("before");
        var (id, secret) = await SubscribeAsync();
        foreach (var subject in new[] { "1", "2", "3" }) await ChangeAsync(subject);
        await ChangeAsync("another's", agency: Other);
        Assert.That(await DeliverAsync(), Is.EqualTo(1));
        Assert.That(Told(), Is.EqualTo(new[] { "1", "2", "3" }));
        var (body, date, signature) = _received.Single();
        var file = Path.Join(Folder, "signed");
        await File.WriteAllTextAsync(file, date + "\n" + body);
        var (_, said) = await OutsideProgram.RunAsync("openssl", Folder, "dgst", "-sha256", "-hmac", secret, file);
        Assert.That(said, Does.Contain(signature["v1=".Length..]));
        Assert.That((await HookAsync(id)).Sequence, Is.GreaterThanOrEqualTo(JsonDocument.Parse(body).RootElement.GetProperty("changes")[2].GetProperty("sequence").GetInt64()));
        Assert.That(await DeliverAsync(), Is.Zero);
    }

    [Test]
    public async Task Secrets_differ_by_receiver_and_number_and_are_nowhere_in_the_database()
    {
        var (first, secret) = await SubscribeAsync();
        var (_, another) = await SubscribeAsync(types: ["round.open"]);
        await using var session = await BeginAsync();
        var (_, renewed) = await _webhooks.RenewSecretAsync(session, Person, first, default);
        await session.CommitAsync(default);
        Assert.That(new[] { secret, another, renewed }, Is.Unique);
        await ChangeAsync();
        await DeliverAsync();
        var (body, date, signature) = _received[0];
        Assert.That(signature, Is.EqualTo("v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(renewed!), Encoding.UTF8.GetBytes(date + "\n" + body)))));
        await using var reading = await BeginAsync();
        await using var command = reading.Command("SELECT string_agg(j.row_data::text, '') || (SELECT string_agg(to_jsonb(w)::text, '') FROM webhook w) || (SELECT string_agg(detail::text, '') FROM audit_detail) FROM journal_entry j");
        var all = (string)(await command.ExecuteScalarAsync())!;
        foreach (var one in new[] { secret, another, renewed! }) Assert.That(all, Does.Not.Contain(one).And.Not.Contain(one["whs_".Length..]));
    }

    [Test]
    public async Task A_receiver_that_asked_for_some_types_is_told_of_no_others()
    {
        await SubscribeAsync(types: ["round.open"]);
        await ChangeAsync("a");
        Assert.That(await DeliverAsync(), Is.Zero);
        await ChangeAsync("b", "round.open");
        await DeliverAsync();
        Assert.That(Told(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task A_bad_answer_is_tried_again_after_pauses_that_double_and_nothing_is_lost()
    {
        var (id, _) = await SubscribeAsync();
        await ChangeAsync("1");
        _server.Answer = context => Task.FromResult(context.Response.StatusCode = 500);
        var pauses = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await DeliverAsync(), Is.EqualTo(1), "once, then it rests");
            var rest = (await HookAsync(id)).NextTryAt!.Value - Clock.GetUtcNow();
            pauses.Add(rest.TotalSeconds / Math.Pow(2, i));
            Clock.Advance(rest);
        }
        Assert.That(pauses, Has.All.InRange(7.9, 12.1));
        await ChangeAsync("2");
        _server.Answer = KeepAsync;
        await DeliverAsync();
        Assert.That(Told(), Is.EqualTo(new[] { "1", "2" }));
        Assert.That((await LogAsync()).Select(d => (d.Attempt, d.Status, d.Problem)), Is.EqualTo(new (int, int?, string?)[] { (1, 500, "status"), (2, 500, "status"), (3, 500, "status"), (4, 500, "status"), (5, 200, null) }));
    }

    [Test]
    public async Task After_a_day_it_is_paused_with_a_task_and_goes_on_when_a_person_says_so()
    {
        var (id, _) = await SubscribeAsync();
        await ChangeAsync("1");
        _server.Answer = context => Task.FromResult(context.Response.StatusCode = 500);
        for (var i = 0; (await HookAsync(id)).State == WebhookState.Active; i++)
        {
            Assert.That(i, Is.LessThan(60));
            await DeliverAsync();
            Clock.Advance(TimeSpan.FromHours(1.25));
        }
        await ChangeAsync("2");
        Assert.That(await DeliverAsync(), Is.Zero);
        await using (var session = await BeginAsync())
        {
            var task = await session.Rows.Tasks.SingleAsync();
            Assert.That((task.Kind, task.State, task.AgencyId), Is.EqualTo((TaskKinds.WebhookPaused, TaskState.Open, (Guid?)Agency)));
        }
        _server.Answer = KeepAsync;
        Assert.That(await ReplayAsync(id, null), Is.EqualTo(WebhookOutcome.Done));
        await DeliverAsync();
        Assert.That(Told(), Is.EqualTo(new[] { "1", id.ToString(), "2" }), "that it was paused is a change itself");
        await using var reading = await BeginAsync();
        Assert.That((await reading.Rows.Tasks.SingleAsync()).State, Is.EqualTo(TaskState.Done));
    }

    [Test]
    public async Task Set_back_to_a_place_it_is_told_again_but_never_from_beyond_the_log()
    {
        await ChangeAsync("0");
        var (id, _) = await SubscribeAsync();
        await ChangeAsync("1");
        await DeliverAsync();
        Assert.That(await ReplayAsync(id, 1000), Is.EqualTo(WebhookOutcome.AheadOfLog));
        Assert.That(await ReplayAsync(Guid.NewGuid(), null), Is.EqualTo(WebhookOutcome.NotFound));
        Assert.That(await ReplayAsync(id, -1), Is.EqualTo(WebhookOutcome.Done));
        await DeliverAsync();
        Assert.That(Told(), Is.EqualTo(new[] { "1", "0", "1" }));
    }

    [Test]
    public async Task Setting_it_back_while_it_is_being_told_is_not_overruled()
    {
        var (id, _) = await SubscribeAsync();
        await ChangeAsync("1");
        _server.Answer = async _ => await ReplayAsync(id, -1);
        Assert.That(await _deliveries.DeliverNextAsync(default));
        Assert.That((await HookAsync(id)).Sequence, Is.EqualTo(-1));
        _server.Answer = KeepAsync;
        await DeliverAsync();
        Assert.That(Told(), Does.Contain("1"));
    }

    [Test]
    public async Task Of_many_workers_one_speaks_to_a_receiver()
    {
        await SubscribeAsync();
        await ChangeAsync("1");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _deliveries.DeliverNextAsync(default)));
        Assert.That(_server.Requests, Is.EqualTo(1));
    }

    [TestCase("http://127.0.0.1:{0}/")]
    [TestCase("http://localhost:{0}/")]
    [TestCase("http://[::ffff:127.0.0.1]:{0}/")]
    [TestCase("http://169.254.169.254/latest/meta-data/")]
    [TestCase("http://10.0.0.1/")]
    [TestCase("http://[::1]:{0}/")]
    public async Task A_private_address_is_never_connected_to_whatever_the_name_was_when_it_was_entered(string url)
    {
        await SubscribeAsync(url.Replace("{0}", new Uri(_server.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        await ChangeAsync();
        Use(o => o.PrivateAddresses = false);
        Assert.That(await _deliveries.DeliverNextAsync(default));
        Assert.That((await LogAsync()).Select(d => (d.Status, d.Problem)), Is.EqualTo(new (int?, string?)[] { (null, "privateAddress") }));
        Assert.That(_server.Requests, Is.Zero);
    }

    [TestCase("https://receiver.example.gov.vn/hook", true)]
    [TestCase("https://receiver.example.gov.vn:8443/hook?x=1", true)]
    [TestCase("http://receiver.example.gov.vn/hook", false)]
    [TestCase("https://user:password@receiver.example/", false)]
    [TestCase("https://receiver.example/#here", false)]
    [TestCase("https://receiver.example/\r\nX-Injected: 1", false)]
    [TestCase("ftp://receiver.example/", false)]
    [TestCase("file:///etc/passwd", false)]
    [TestCase("no address", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void An_address_is_https_and_nothing_beside_it(string? url, bool isAllowed)
    {
        Use(o => o.PrivateAddresses = false);
        Assert.That(_connection.IsAllowed(url), Is.EqualTo(isAllowed));
    }

    [Test]
    public async Task A_redirect_leads_nowhere()
    {
        await SubscribeAsync();
        await ChangeAsync();
        _server.Answer = context =>
        {
            context.Response.Redirect(_server.Url + "/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        await DeliverAsync();
        Assert.That(((await LogAsync()).Single().Status, _server.Requests), Is.EqualTo(((int?)307, 1)));
    }

    [Test]
    public async Task A_receiver_that_says_nothing_is_left_in_time()
    {
        Use(o => o.Timeout = TimeSpan.FromMilliseconds(300));
        await SubscribeAsync();
        await ChangeAsync();
        _server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await DeliverAsync();
        Assert.That((await LogAsync()).Single().Problem, Is.EqualTo("timeout"));
    }

    [Test]
    public async Task A_body_without_end_is_not_read()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // On a bare socket: what is counted has been taken by the other side or lies in the buffers of the two sockets.
        var sending = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            if (await stream.ReadAsync(new byte[16 * 1024]) == 0) throw new EndOfStreamException("no request came");
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            var piece = Encoding.ASCII.GetBytes("10000\r\n" + new string('a', 64 * 1024) + "\r\n");
            var sent = 0L;
            try
            {
                for (; sent < 1 << 30; sent += piece.Length) await stream.WriteAsync(piece);
            }
            catch (IOException)
            {
                // the other side has closed the connection
            }
            return sent;
        });
        await SubscribeAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await ChangeAsync();
        await DeliverAsync();
        Assert.That((await LogAsync()).Single().Status, Is.EqualTo(200));
        Assert.That(await sending, Is.LessThan(64 << 20));
    }

    [TestCase("this is no HTTP\r\nnor this \u001b[31m\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nX: ")]
    [TestCase("")]
    public async Task Of_garbage_nothing_reaches_the_log(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            if (await stream.ReadAsync(new byte[16 * 1024]) == 0) throw new EndOfStreamException("no request came");
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.EndsWith("X: ", StringComparison.Ordinal) ? answer + new string('a', 1 << 20) + "\r\n\r\n" : answer));
        });
        await SubscribeAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await ChangeAsync();
        await DeliverAsync();
        var tried = (await LogAsync()).Single();
        Assert.That(tried.Status, Is.Null);
        Assert.That(tried.Problem, Does.Match("^[a-zA-Z]{4,40}$"));
        await ((Task)serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Test]
    public async Task Old_lines_of_the_log_are_swept()
    {
        await SubscribeAsync();
        await ChangeAsync("1");
        await DeliverAsync();
        Clock.Advance(TimeSpan.FromDays(91));
        await ChangeAsync("2");
        await DeliverAsync();
        Assert.That(await LogAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_agency_has_as_many_receivers_as_it_may()
    {
        Use(o => o.MaxPerAgency = 2);
        for (var i = 0; i < 2; i++) await SubscribeAsync();
        await using var session = await BeginAsync();
        Assert.That(await _webhooks.CreateAsync(session, Person, Agency, _server.Url, [], default), Is.Null);
        Assert.That(await _webhooks.CreateAsync(session, Person, Other, _server.Url, [], default), Is.Not.Null);
    }
}
