using System.Net;
using System.Net.Sockets;
using System.Text;
using Preservation.Testing;

namespace Preservation.Server.Tests.Api.Uploads;

/// <summary>Senders who err, lie, dawdle or knock at others' doors: an answer each, nothing lost, nothing leaked.</summary>
internal sealed class UploadAbuseTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i % 251))];
    private UploadServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await UploadServer.StartAsync(
        "--Preservation:Uploads:MaxOpenPerAgency", "10000", "--Preservation:Uploads:MaxBytesPerAgency", "1000000000", "--Preservation:Uploads:MinBytesPerSecond", "100000", "--Preservation:Uploads:SlowGrace", "00:00:01.1");

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Test]
    public async Task Pieces_that_come_again_too_early_or_in_another_order_change_nothing()
    {
        var random = new Random(Tier.Seed);
        var upload = await _server.BeginAsync(Bytes.Length);
        var at = 0;
        while (at < Bytes.Length)
        {
            var from = random.Next(3) == 0 ? at : random.Next(Bytes.Length);
            var piece = Bytes[from..Math.Min(Bytes.Length, from + 1 + random.Next(200))];
            var answer = await _server.PatchAsync(upload, from, piece);
            if (from == at) at += piece.Length;
            Assert.That((answer.Status, answer["Upload-Offset"]), Is.EqualTo((from == at - piece.Length && answer.Status == 204 ? 204 : 409, $"{at}")), $"seed {Tier.Seed}");
        }
        Assert.That(await File.ReadAllBytesAsync(PartOf(upload)), Is.EqualTo(Bytes));
    }

    [Test]
    public async Task More_bytes_than_announced_are_refused_and_none_counts()
    {
        var upload = await _server.BeginAsync(500);
        await _server.PatchAsync(upload, 0, Bytes[..100]);
        Assert.That((await _server.PatchAsync(upload, 100, Bytes[100..700])).Status, Is.EqualTo(413));
        // The same without a Content-Length: only the bytes tell.
        var chunked = new StreamContent(new UnknownLength(Bytes[100..700]));
        chunked.Headers.ContentType = new("application/offset+octet-stream");
        Assert.That((await _server.SendAsync("PATCH", upload, [("Upload-Offset", "100"), ("Transfer-Encoding", "chunked")], chunked)).Status, Is.EqualTo(413));
        Assert.That(await _server.OffsetAsync(upload), Is.EqualTo(100));
        Assert.That((await _server.PatchAsync(upload, 100, Bytes[100..500])).Status, Is.EqualTo(204));
        Assert.That(await File.ReadAllBytesAsync(PartOf(upload)), Is.EqualTo(Bytes[..500]));
    }

    [TestCase(false, 300)]
    [TestCase(true, 0)]
    public async Task Fewer_bytes_than_the_request_says_count_unless_they_have_a_checksum(bool withChecksum, int kept)
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        var checksum = withChecksum ? $"Upload-Checksum: sha256 {Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Bytes))}\r\n" : "";
        using (var line = await OpenAsync(upload, $"Upload-Offset: 0\r\nContent-Length: 1000\r\n{checksum}"))
        {
            var stream = line.GetStream();
            await stream.WriteAsync(Bytes.AsMemory(0, 300));
            while (!File.Exists(PartOf(upload)) || new FileInfo(PartOf(upload)).Length < 300) await Task.Yield(); // what comes together with the end of the line the web server throws away
        } // and nothing more comes
        // The line is gone before what came is on the medium: whoever comes back at once is told to wait.
        Answer rest;
        var tries = 0;
        do rest = await _server.PatchAsync(upload, kept, Bytes[kept..]);
        while (++tries < 1000 && (rest.Status == 423 || (rest.Status == 409 && rest["Upload-Offset"] == "0")));
        Assert.That((rest.Status, rest["Upload-Offset"]), Is.EqualTo((204, $"{Bytes.Length}")), rest.Body);
        Assert.That(await File.ReadAllBytesAsync(PartOf(upload)), Is.EqualTo(Bytes));
    }

    [Test]
    public async Task While_one_request_writes_every_other_is_refused_and_afterwards_served()
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        using (var line = await OpenAsync(upload, "Upload-Offset: 0\r\nContent-Length: 1000\r\n"))
        {
            await line.GetStream().WriteAsync(Bytes.AsMemory(0, 10));
            while (!File.Exists(PartOf(upload)) || new FileInfo(PartOf(upload)).Length < 10) await Task.Yield();
            Assert.That((await _server.PatchAsync(upload, 0, Bytes)).Status, Is.EqualTo(423));
            Assert.That((await _server.SendAsync("DELETE", upload)).Status, Is.EqualTo(423));
            Assert.That((await _server.HeadAsync(upload))["Upload-Offset"], Is.EqualTo("0"), "not yet on the medium");
            await line.GetStream().WriteAsync(Bytes.AsMemory(10));
            Assert.That(await ReadStatusAsync(line), Is.EqualTo("HTTP/1.1 204 No Content"));
        }
        Assert.That(await _server.OffsetAsync(upload), Is.EqualTo(Bytes.Length));
    }

    [Test]
    public async Task A_sender_who_dawdles_is_cut_off_and_keeps_what_came()
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        using var line = await OpenAsync(upload, "Upload-Offset: 0\r\nContent-Length: 1000\r\n");
        await line.GetStream().WriteAsync(Bytes.AsMemory(0, 7));
        Assert.That(await ReadStatusAsync(line), Is.EqualTo("HTTP/1.1 408 Request Timeout"));
        Assert.That(await _server.OffsetAsync(upload), Is.EqualTo(7));
    }

    [Test]
    public async Task An_upload_is_seen_by_nobody_but_who_began_it()
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        await _server.PatchAsync(upload, 0, Bytes[..10]);
        foreach (var (person, expected) in new (string?, int)[] { ("colleague", 404), ("stranger", 404), ("both", 404), ("auditor", 403), ("ended", 403), (null, 401) })
        {
            Answer[] answers =
            [
                await _server.HeadAsync(upload, person), await _server.SendAsync("PATCH", upload, [("Upload-Offset", "10")], UploadServer.Piece(Bytes[10..]), person), await _server.SendAsync("DELETE", upload, person: person),
            ];
            Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(expected), person ?? "nobody");
            Assert.That(answers.Select(a => a["Upload-Offset"]), Is.All.Null);
            if (expected == 404) Assert.That((await TakeAsync(upload, person!)).Status, Is.EqualTo(404), "nor can a submission be made of it");
        }
        Assert.That(await File.ReadAllBytesAsync(PartOf(upload)), Is.EqualTo(Bytes[..10]));
        Assert.That(await _server.OffsetAsync(upload), Is.EqualTo(10));
    }

    [Test]
    public async Task Ten_thousand_open_uploads_are_enough_for_one_agency_and_none_of_anothers_concern()
    {
        await using (var session = await _server.BeginSessionAsync())
        {
            var stranger = session.Rows.Principals.Single(p => p.Name == "stranger").Id;
            await using var fill = session.Command("""
                INSERT INTO upload (id, agency_id, created_by, state, file_name, metadata, length, received, created_at, expires_at)
                SELECT gen_random_uuid(), $1, $2, 'Open', 'x', '', 1, 0, $3, $3 + interval '7 days' FROM generate_series(1, 10000)
                """, _server.OtherAgency, stranger, session.Now);
            await fill.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        }
        var refused = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "1")], person: "stranger");
        refused.Says(429, "tooManyUploads");
        await _server.SendAsync("DELETE", await _server.BeginAsync(1));
        var metrics = (await _server.SendAsync("GET", "/metrics", person: null)).Body;
        Assert.That(metrics, Does.Match("preservation_uploads\\{key=\"Open\"\\} \\d{5}"));
        var list = (await _server.SendAsync("GET", "/api/v1/uploads", person: "stranger")).Body;
        Assert.That(list.Split("\"id\"").Length - 1, Is.EqualTo(50), "and they are listed by the page");
        _server.Server.Clock.Advance(TimeSpan.FromDays(7));
        await _server.SendAsync("DELETE", await _server.BeginAsync(1, "stranger")); // what has expired is in nobody's way, swept or not
    }

    [Test]
    public async Task All_open_uploads_of_an_agency_may_announce_so_many_bytes_and_not_one_more()
    {
        await using var small = await UploadServer.StartAsync("--Preservation:Uploads:MaxBytesPerAgency", "1000", "--Preservation:Uploads:MaxOpenPerAgency", "3");
        var first = await small.BeginAsync(600);
        await small.BeginAsync(400);
        var refused = await small.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "1")]);
        refused.Says(429, "tooMuchUploading");
        await small.BeginAsync(1000, "stranger");
        await small.SendAsync("DELETE", first);
        // Requests that come together do not pass together.
        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => small.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "100")])));
        Assert.That(many.Count(a => a.Status == 201), Is.EqualTo(2));
    }

    private Task<Answer> TakeAsync(string upload, string person) => _server.SendAsync("POST", "/api/v1/submissions", [("Idempotency-Key", Guid.NewGuid().ToString())],
        new StringContent($$"""{"upload":"{{upload.Split('/')[^1]}}","sha256":"{{UploadServer.Hex(Bytes)}}","agreement":"{{(person == "stranger" ? "TC" : "NV")}}"}""", Encoding.UTF8, "application/json"), person);

    private string PartOf(string upload) => Path.Join(_server.Server.Staging, "uploads", Guid.Parse(upload.Split('/')[^1]).ToString("N"));

    private async Task<TcpClient> OpenAsync(string upload, string headers)
    {
        var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"PATCH {upload} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_server.KeyOf("producer")}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n{headers}\r\n"));
        return line;
    }

    private static async Task<string?> ReadStatusAsync(TcpClient line)
    {
        using var reader = new StreamReader(line.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync();
    }

    // HttpClient would tell the length of anything it can seek in.
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
