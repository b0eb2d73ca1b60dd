using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

internal sealed class CopyTests
{
    [Test]
    public async Task A_bit_flipped_beneath_a_store_is_found_kept_aside_repaired_and_reported()
    {
        await using var archive = await Archive.StartAsync();
        var submission = await archive.Producer.SubmitAsync(new Bag().Add("a.txt", new string('x', 5000)).ToZip(), "bag.zip");
        var package = (await archive.Producer.FollowAsync(submission, "preserved")).GetProperty("packageId").GetString();
        var key = await KeyOfAsync(archive, "second", "%/content/representations/rep1/data/a.txt");
        var flip = await Machine.RunAsync(Path.Join(Machine.Root, "deploy", "lib", "s3.sh"), "corrupt", archive.Deployment.Buckets[1], key);
        Assert.That(flip.Exit, Is.Zero, flip.Error);
        Assert.That((await new StoreAudit(archive.Deployment).RunAsync([submission])).Single(), Does.Contain("other bytes"), "the test's own flip must be there");

        await archive.Officer.PostAsync("/api/v1/fixity/runs", new { packageId = package });
        await Eventually.TrueAsync("the problem is reported as repaired", async () => Problems(await archive.Officer.GetAsync("/api/v1/fixity/report")) is [var one] && one.GetProperty("action").GetString() != "found");
        var problem = Problems(await archive.Officer.GetAsync("/api/v1/fixity/report")).Single();
        Assert.That((problem.GetProperty("store").GetString(), problem.GetProperty("outcome").GetString(), problem.GetProperty("action").GetString(), problem.GetProperty("repairedFrom").GetString(), problem.GetProperty("key").GetString()),
            Is.EqualTo(("second", "mismatch", "repaired", "first", key)));
        Assert.That(await new StoreAudit(archive.Deployment).RunAsync([submission]), Is.Empty);
        using var kept = await archive.Deployment.S3.GetObjectAsync(archive.Deployment.Buckets[1], problem.GetProperty("quarantineKey").GetString());
        Assert.That(kept.ContentLength, Is.EqualTo(5000), "the bad bytes are kept aside");
        var tasks = await archive.Officer.GetAsync("/api/v1/tasks?state=open");
        Assert.That(tasks.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("kind").GetString()), Does.Contain("fixityIncident"));
        await AssertStoresAsync(archive, package!);
    }

    // What the stores were seen to do at start, the register of media, and a legal hold.
    private static async Task AssertStoresAsync(Archive archive, string package)
    {
        var stores = await archive.Officer.GetAsync("/api/v1/stores");
        foreach (var store in stores.GetProperty("stores").EnumerateArray())
        {
            var seen = store.GetProperty("capabilities").EnumerateArray().ToDictionary(c => c.GetProperty("capability").GetString()!, c => c.GetProperty("standing").GetString());
            Assert.That((seen["ConditionalPut"], seen["ContentMd5"], seen["ChecksumSha256"], seen["RetentionLock"]), Is.EqualTo(("Proven", "Proven", "Pretended", "Absent")));
        }
        Assert.That(stores.GetProperty("unmet").GetArrayLength(), Is.Zero);
        var medium = new { number = "VMT-1", mark = "HDD 1", kind = "disk", store = "first", inServiceFrom = "2024-01-01", ratedEnd = "2029-01-01" };
        var id = (await archive.Officer.PostAsync("/api/v1/media", medium)).GetProperty("id").GetString();
        Assert.That((await archive.Officer.TryPostAsync("/api/v1/media", medium)).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await archive.Officer.TryPostAsync("/api/v1/media", medium with { number = "VMT-2", ratedEnd = "2023-01-01" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        await archive.Officer.PostAsync($"/api/v1/media/{id}/retire", new { reason = "hỏng" });
        Assert.That((await archive.Officer.TryPostAsync("/api/v1/stores/first/migrations", new { to = "third" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await archive.Officer.TryPostAsync("/api/v1/stores/first/retire", new { reason = "thay kho" })).Status, Is.EqualTo(HttpStatusCode.Conflict), "no migration of it has ended");
        Assert.That((await archive.Producer.TryPostAsync("/api/v1/media", medium)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        var hold = (await archive.Officer.PostAsync($"/api/v1/packages/{package}/holds", new { reason = "thanh tra" })).GetProperty("id").GetString();
        Assert.That((await archive.Officer.TryPostAsync($"/api/v1/packages/{package}/holds/{hold}/lift", new { reason = "xong" })).Status, Is.EqualTo(HttpStatusCode.Conflict), "who placed it cannot lift it");
        await archive.Approver.PostAsync($"/api/v1/packages/{package}/holds/{hold}/lift", new { reason = "xong" });
        var holds = (await archive.Auditor.GetAsync($"/api/v1/packages/{package}/holds")).GetProperty("holds");
        Assert.That(holds.EnumerateArray().Single().GetProperty("releaseReason").GetString(), Is.EqualTo("xong"));
    }

    [Test]
    public async Task A_store_that_is_down_during_ingest_delays_and_loses_nothing()
    {
        var endpoint = new Uri(Machine.Setting("S3_ENDPOINT"));
        await using var proxy = new Proxy(endpoint.Host, endpoint.Port);
        await using var archive = await Archive.StartAsync(i => i == 1 ? proxy.Address : endpoint.ToString());
        proxy.IsDown = true;
        var submission = await archive.Producer.SubmitAsync(new Bag().Add("a.txt", "một").ToZip(), "bag.zip");
        JsonElement waiting = default;
        await Eventually.TrueAsync("the submission waits and says why", async () =>
        {
            waiting = await archive.Producer.GetAsync($"/api/v1/submissions/{submission}");
            return waiting.GetProperty("lastProblem").ValueKind == JsonValueKind.String;
        }, archive.Deployment.Tail);
        Assert.That(waiting.GetProperty("state").GetString(), Is.EqualTo("archiving"));
        Assert.That(waiting.GetProperty("packageId").ValueKind == JsonValueKind.Null || await archive.Producer.StatusAsync($"/api/v1/packages/{waiting.GetProperty("packageId")}") == HttpStatusCode.NotFound,
            Is.True, "one copy is not preservation");
        proxy.IsDown = false;
        await archive.Producer.FollowAsync(submission, "preserved");
        Assert.That(await new StoreAudit(archive.Deployment).RunAsync([submission]), Is.Empty);
    }

    private static List<JsonElement> Problems(JsonElement report) => [.. report.GetProperty("problems").EnumerateArray()];

    private static async Task<string> KeyOfAsync(Archive archive, string store, string like)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(archive.Deployment.Database);
        await using var command = database.CreateCommand($"SELECT key FROM copy WHERE store = '{store}' AND key LIKE '{like}'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Stands between the service and a store and can go away.</summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _accepting;

        public Proxy(string host, int port)
        {
            _listener.Start();
            _accepting = AcceptAsync(host, port);
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public bool IsDown { get; set; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _accepting;
            _stop.Dispose();
        }

        private async Task AcceptAsync(string host, int port)
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), host, port);
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client, string host, int port)
        {
            using (client)
            {
                if (IsDown) return;
                using var server = new TcpClient();
                try
                {
                    await server.ConnectAsync(host, port, _stop.Token);
                    await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token), UntilDownAsync());
                }
                catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
                {
                    // Either side closed: so does the proxy.
                }
            }
        }

        private async Task UntilDownAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!IsDown && await timer.WaitForNextTickAsync(_stop.Token)) { }
        }
    }
}
