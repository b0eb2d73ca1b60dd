using System.Security.Cryptography;

namespace Preservation.Server.Tests.Api.Uploads;

/// <summary>tus 1.0.0, header by header and refusal by refusal.</summary>
internal sealed class TusProtocolTests
{
    private static readonly byte[] Hello = "hello world"u8.ToArray();
    private UploadServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await UploadServer.StartAsync("--Preservation:Staging:MaxUploadBytes", "100000");

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Test]
    public async Task The_server_tells_what_it_speaks()
    {
        var answer = await _server.SendAsync("OPTIONS", "/api/v1/uploads", [("Tus-Resumable", null)]);
        Assert.That((answer.Status, answer["Tus-Version"], answer["Tus-Max-Size"], answer["Tus-Checksum-Algorithm"]), Is.EqualTo((204, "1.0.0", "100000", "sha1,sha256,sha512")));
        Assert.That(answer["Tus-Extension"]!.Split(','), Is.EqualTo(new[] { "creation", "creation-with-upload", "checksum", "expiration", "termination" }));
    }

    [Test]
    public async Task An_upload_grows_piece_by_piece_to_its_end()
    {
        var upload = await _server.BeginAsync(Hello.Length, fileName: "hồ sơ.zip");
        var head = await _server.HeadAsync(upload);
        Assert.That((head.Status, head["Upload-Offset"], head["Upload-Length"], head["Cache-Control"], head["Tus-Resumable"]), Is.EqualTo((200, "0", "11", "no-store", "1.0.0")));
        Assert.That(head["Upload-Metadata"], Is.EqualTo($"filename {UploadServer.Base64("hồ sơ.zip")}"));
        var expires = _server.Server.Clock.GetUtcNow().AddDays(7).ToString("R");
        Assert.That(head["Upload-Expires"], Is.EqualTo(expires));
        var first = await _server.PatchAsync(upload, 0, Hello[..6]);
        Assert.That((first.Status, first["Upload-Offset"], first["Upload-Expires"], first["Tus-Resumable"]), Is.EqualTo((204, "6", expires, "1.0.0")));
        Assert.That(await _server.OffsetAsync(upload), Is.EqualTo(6));
        var second = await _server.PatchAsync(upload, 6, Hello[6..]);
        Assert.That((second.Status, second["Upload-Offset"]), Is.EqualTo((204, "11")));
        Assert.That((await _server.PatchAsync(upload, 11, [])).Status, Is.EqualTo(204), "nothing more is no fault");
    }

    [Test]
    public async Task An_upload_may_begin_with_its_first_piece()
    {
        var answer = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "11")], UploadServer.Piece(Hello[..4]));
        Assert.That((answer.Status, answer["Upload-Offset"]), Is.EqualTo((201, "4")), answer.Body);
        Assert.That(await _server.OffsetAsync(answer["Location"]!), Is.EqualTo(4));
        var wrong = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "11"), ("Upload-Checksum", $"sha1 {Convert.ToBase64String(new byte[20])}")], UploadServer.Piece(Hello));
        Assert.That((wrong.Status, wrong["Location"]), Is.EqualTo((460, (string?)null)));
        var longer = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "3")], UploadServer.Piece(Hello));
        Assert.That(longer.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task A_repeated_wish_with_the_same_idempotency_key_begins_no_second_upload()
    {
        (string, string?)[] headers = [("Upload-Length", "5"), ("Idempotency-Key", "k-1")];
        var (first, second) = (await _server.SendAsync("POST", "/api/v1/uploads", headers), await _server.SendAsync("POST", "/api/v1/uploads", headers));
        Assert.That((first.Status, second.Status, second["Location"]), Is.EqualTo((201, 201, first["Location"])));
        var other = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "6"), ("Idempotency-Key", "k-1")]);
        other.Says(422, "idempotencyKeyReused");
    }

    [TestCase("sha1")]
    [TestCase("sha256")]
    [TestCase("sha512")]
    public async Task A_piece_counts_when_its_checksum_is_right_and_none_of_it_when_not(string algorithm)
    {
        var upload = await _server.BeginAsync(Hello.Length);
        var good = $"{algorithm} {Convert.ToBase64String(CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), Hello.AsSpan(0, 5)))}";
        var wrong = await _server.PatchAsync(upload, 0, Hello[1..6], good);
        Assert.That((wrong.Status, await _server.OffsetAsync(upload)), Is.EqualTo((460, 0L)));
        var right = await _server.PatchAsync(upload, 0, Hello[..5], good);
        Assert.That((right.Status, right["Upload-Offset"]), Is.EqualTo((204, "5")));
        Assert.That((await _server.PatchAsync(upload, 5, Hello[5..])).Status, Is.EqualTo(204), "what was refused left nothing behind");
    }

    [Test]
    public async Task An_upload_that_is_given_up_frees_its_bytes_and_is_gone()
    {
        var upload = await _server.BeginAsync(Hello.Length);
        await _server.PatchAsync(upload, 0, Hello[..6]);
        var part = Path.Join(_server.Server.Staging, "uploads", Guid.Parse(upload.Split('/')[^1]).ToString("N"));
        Assert.That(new FileInfo(part).Length, Is.EqualTo(6));
        Assert.That((await _server.SendAsync("DELETE", upload)).Status, Is.EqualTo(204));
        Assert.That(File.Exists(part), Is.False);
        foreach (var again in new[] { await _server.HeadAsync(upload), await _server.PatchAsync(upload, 6, Hello[6..]), await _server.SendAsync("DELETE", upload) }) Assert.That((again.Status, again["Tus-Resumable"]), Is.EqualTo((410, "1.0.0")));
    }

    [Test]
    public async Task A_network_that_lets_only_POST_through_is_got_around()
    {
        var upload = await _server.BeginAsync(Hello.Length);
        var patch = await _server.SendAsync("POST", upload, [("X-HTTP-Method-Override", "PATCH"), ("Upload-Offset", "0")], UploadServer.Piece(Hello));
        Assert.That((patch.Status, patch["Upload-Offset"]), Is.EqualTo((204, "11")));
        Assert.That((await _server.SendAsync("POST", upload, [("X-HTTP-Method-Override", "DELETE")])).Status, Is.EqualTo(204));
        Assert.That((await _server.SendAsync("POST", upload, [("X-HTTP-Method-Override", "PUT")])).Status, Is.EqualTo(403), "only the protocol's methods");
    }

    [Test]
    public async Task The_open_uploads_are_listed_for_who_began_them_alone()
    {
        var upload = await _server.BeginAsync(10, "colleague", "của tôi.zip");
        Assert.That((await _server.SendAsync("GET", "/api/v1/uploads?limit=1", [("Tus-Resumable", null)], person: "colleague")).Body, Does.Contain(upload.Split('/')[^1]).And.Contains("của tôi.zip").And.Contains("\"received\":0"));
        Assert.That((await _server.SendAsync("GET", "/api/v1/uploads")).Body, Does.Not.Contain("của tôi"));
        await _server.SendAsync("DELETE", upload, person: "colleague");
        Assert.That((await _server.SendAsync("GET", "/api/v1/uploads", person: "colleague")).Body, Does.Not.Contain("của tôi"));
    }

    [TestCase("POST", 412, "Tus-Resumable: ", "Upload-Length: 5")]
    [TestCase("POST", 412, "Tus-Resumable: 0.2.2", "Upload-Length: 5")]
    [TestCase("HEAD", 412, "Tus-Resumable: 2.0.0")]
    [TestCase("DELETE", 412, "Tus-Resumable: 1.0")]
    [TestCase("PATCH", 412, "Tus-Resumable: 1.0.1", "Upload-Offset: 0")]
    [TestCase("POST", 400)]
    [TestCase("POST", 400, "Upload-Length: -1")]
    [TestCase("POST", 400, "Upload-Length: +1")]
    [TestCase("POST", 400, "Upload-Length: 1,1")]
    [TestCase("POST", 400, "Upload-Length: 0x10")]
    [TestCase("POST", 400, "Upload-Length: 1e3")]
    [TestCase("POST", 400, "Upload-Length: 9223372036854775808")]
    [TestCase("POST", 413, "Upload-Length: 100001")]
    [TestCase("POST", 413, "Upload-Length: 9223372036854775807")]
    [TestCase("POST", 201, "Upload-Length: 100000")]
    [TestCase("POST", 201, "Upload-Length: 0")]
    [TestCase("POST", 400, "Upload-Defer-Length: 1")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Concat: partial")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Metadata: filename not-base64")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Metadata: a YQ==,a YQ==")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Metadata: ,")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Metadata: agreement VEM=")] // TC, which is another agency's
    [TestCase("POST", 201, "Upload-Length: 5", "Upload-Metadata: agreement TlY=,is_confidential")]
    [TestCase("POST", 400, "Upload-Length: 5", "Upload-Checksum: md5 XUFAKrxLKna5cZ2REBfFkg==")]
    [TestCase("PATCH", 415, "Upload-Offset: 0", "Content-Type: application/octet-stream")]
    [TestCase("PATCH", 415, "Upload-Offset: 0", "Content-Type: ")]
    [TestCase("PATCH", 400)]
    [TestCase("PATCH", 400, "Upload-Offset: -1")]
    [TestCase("PATCH", 400, "Upload-Offset: zero")]
    [TestCase("PATCH", 409, "Upload-Offset: 1")]
    [TestCase("PATCH", 409, "Upload-Offset: 9223372036854775807")]
    [TestCase("PATCH", 400, "Upload-Offset: 0", "Upload-Checksum: sha1")]
    [TestCase("PATCH", 400, "Upload-Offset: 0", "Upload-Checksum: crc32 AAAAAA==")]
    [TestCase("PATCH", 400, "Upload-Offset: 0", "Upload-Checksum: sha1 AAAA")]
    [TestCase("PATCH", 400, "Upload-Offset: 0", "Upload-Checksum: sha1 ????")]
    public async Task What_does_not_keep_to_the_protocol_is_told_so(string method, int expected, params string[] headers)
    {
        var given = headers.Select(h => (Name: h.Split(": ")[0], Value: (string?)h.Split(": ")[1])).ToList();
        var type = given.Find(h => h.Name == "Content-Type") is (not null, { } named) ? named.Length == 0 ? null : named : "application/offset+octet-stream";
        given.RemoveAll(h => h.Name == "Content-Type");
        if (given.Exists(h => h is ("Tus-Resumable", ""))) given[given.FindIndex(h => h.Name == "Tus-Resumable")] = ("Tus-Resumable", null);
        var path = method == "POST" ? "/api/v1/uploads" : await _server.BeginAsync(Hello.Length);
        var answer = await _server.SendAsync(method, path, [.. given], method == "PATCH" ? UploadServer.Piece(Hello, type) : null);
        Assert.That((answer.Status, answer["Tus-Resumable"]), Is.EqualTo((expected, "1.0.0")), answer.Body);
        Assert.That(answer["Tus-Version"], Is.EqualTo(expected == 412 ? "1.0.0" : null));
        if (expected >= 400 && method != "HEAD") answer.Says(expected, "\"code\":");
        if (method != "POST") Assert.That(await _server.OffsetAsync(path), Is.Zero, "a refused piece leaves nothing");
    }

    [Test]
    public async Task Who_sends_for_two_agencies_says_for_which()
    {
        Assert.That((await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "5")], person: "both")).Status, Is.EqualTo(400));
        var named = await _server.SendAsync("POST", "/api/v1/uploads", [("Upload-Length", "5"), ("Upload-Metadata", $"agreement {UploadServer.Base64("TC")}")], person: "both");
        Assert.That(named.Status, Is.EqualTo(201));
        await using var session = await _server.BeginSessionAsync();
        var id = Guid.Parse(named["Location"]!.Split('/')[^1]);
        Assert.That(session.Rows.Uploads.Single(u => u.Id == id).AgencyId, Is.EqualTo(_server.OtherAgency));
    }

    [Test]
    public async Task The_document_of_the_API_names_every_operation_and_header()
    {
        var document = System.Text.Json.JsonDocument.Parse((await _server.SendAsync("GET", "/openapi/v1.json", person: null)).Body).RootElement.GetProperty("paths");
        Assert.That(document.GetProperty("/api/v1/uploads").EnumerateObject().Select(o => o.Name), Is.EquivalentTo(new[] { "get", "post", "options" }));
        var one = document.GetProperty("/api/v1/uploads/{id}");
        Assert.That(one.EnumerateObject().Select(o => o.Name), Is.EquivalentTo(new[] { "head", "patch", "delete" }));
        Assert.That(one.GetProperty("patch").GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()), Is.SupersetOf(new[] { "id", "Upload-Offset", "Upload-Checksum" }));
        Assert.That(document.GetProperty("/api/v1/submissions").GetProperty("post").GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name), Is.EquivalentTo(new[] { "application/json", "multipart/form-data" }));
    }
}
