using System.Globalization;
using System.Net;
using System.Text.Json;
using Preservation.Evidence.TimeStamps;
using Preservation.Testing;
using Preservation.Testing.Certificates;
using Preservation.Testing.Log;

namespace Preservation.Cli.Tests;

/// <summary><c>evidence create</c>, <c>evidence renew</c> and the evidence of <c>verify</c>, against the development authority over HTTP.</summary>
public sealed class EvidenceTests
{
    private readonly TestAuthority _root = new();
    private DevelopmentTimeStampAuthority _authority = null!;
    private HttpListener _listener = null!;
    private Task _serving = Task.CompletedTask;
    private string _folder = "";
    private string _address = "";

    [OneTimeSetUp]
    public void Start()
    {
        var (certificate, key) = TestAuthority.ToPem(_root.IssueTimeStamper());
        _authority = new DevelopmentTimeStampAuthority(certificate, key);
        for (var port = 21_000 + Environment.ProcessId % 20_000; ; port++)
        {
            _address = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/");
            _listener = new HttpListener { Prefixes = { _address } };
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                _listener.Close();
            }
        }
        _serving = ServeAsync();
        _folder = Directory.CreateTempSubdirectory("evidence").FullName;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _authority.Dispose();
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_receipt_under_a_revoked_key_stays_provable_by_evidence_by_the_log_or_because_the_key_was_not_lost()
    {
        using var lost = HeldSeals.Make();
        using var good = HeldSeals.Make();
        var log = SampleLog.Of(20);
        var alone = HeldSeals.Receipt(_folder, "alone.json", log, 20, lost);
        var file = HeldSeals.Write(_folder, "log-then.jsonl", log.Export());
        var keys = HeldSeals.Write(_folder, "keys.json", HeldSeals.Keys((lost, TimeProvider.System.GetUtcNow().AddDays(1), true), (good, null, null)));
        await SealAsync(2, "revoked", null, alone, "--log", file, "--keys", keys);
        // An evidence record beside the receipt, stamped before the key was revoked.
        var (made, _) = await Preserve.JsonAsync("evidence", "create", "--tsa", _address, "--out", _folder, alone);
        Assert.That(made, Is.Zero);
        await SealAsync(0, "revokedLater", "evidence", alone, "--log", file, "--keys", keys);
        var anchor = HeldSeals.Write(_folder, "anchor.pem", System.Text.Encoding.ASCII.GetBytes(good.ExportCertificatePem()));
        await SealAsync(2, "revoked", null, alone, "--log", file, "--keys", keys, "--trust", anchor);
        File.Delete(alone + ".ers");
        // A receipt by another key that saw the entry of the first.
        var later = HeldSeals.Receipt(_folder, "later.json", log, 21, good);
        var after = HeldSeals.Write(_folder, "log-after.jsonl", log.Export());
        await SealAsync(0, "revokedLater", "log", alone, later, "--log", after, "--keys", keys);
        await SealAsync(2, "revoked", null, alone, HeldSeals.Receipt(_folder, "too-early.json", log, 10, good), "--log", HeldSeals.Write(_folder, "log-late.jsonl", log.Export()), "--keys", keys);
        var early = HeldSeals.Write(_folder, "early.json", HeldSeals.Keys((lost, SampleLog.Start.AddSeconds(-1), true), (good, null, null)));
        await SealAsync(2, "revoked", null, alone, later, "--log", after, "--keys", early);
        var kept = HeldSeals.Write(_folder, "kept.json", HeldSeals.Keys((lost, SampleLog.Start.AddDays(1), false)));
        await SealAsync(0, "revokedLater", "keyNotLost", alone, "--log", file, "--keys", kept);
        await SealAsync(1, "unknownKey", null, alone, "--log", file, "--keys", HeldSeals.Write(_folder, "others.json", HeldSeals.Keys((good, null, null))));

        static async Task SealAsync(int expected, string state, string? proof, params string[] arguments)
        {
            var (exit, json) = await Preserve.JsonAsync(["audit", .. arguments]);
            var seal = json.GetProperty("receipts")[0].GetProperty("seal");
            Assert.That((exit, seal.GetProperty("state").GetString(), seal.TryGetProperty("proof", out var told) ? told.GetProperty("kind").GetString() : null), Is.EqualTo((expected, state, proof)), json.ToString());
        }
    }

    [Test]
    public async Task A_record_is_made_verified_renewed_both_ways_and_still_verifies()
    {
        var (a, b) = (await WriteAsync("a.txt", "a"), await WriteAsync("b.txt", "b"));
        var (made, json) = await Preserve.JsonAsync("evidence", "create", "--tsa", _address, "--out", Path.Join(_folder, "one"), a, b);
        Assert.That(made, Is.Zero);
        var record = json.GetProperty("records")[0].GetProperty("record").GetString()!;
        Assert.That(Path.GetFileName(record), Is.EqualTo("a.txt.ers"));
        Assert.That(json.GetProperty("records").GetArrayLength(), Is.EqualTo(2));
        await ExpectAsync(0, "ER_VALID", record, "--content", a);
        await ExpectAsync(1, "ER_DATA_MISMATCH", record, "--content", await WriteAsync("c.txt", "c"));
        await ExpectAsync(1, "ER_PARTIAL", record, "--content", a, "--content", await WriteAsync("d.txt", "d"));
        await RenewAsync(0, record);
        await ExpectAsync(0, "ER_VALID", record, "--content", a);
        await RenewAsync(0, record, "--hash-tree", "SHA-384", "--content", a);
        var report = await ExpectAsync(0, "ER_VALID", record, "--content", a);
        Assert.That(report.GetProperty("evidence")[0].GetProperty("timestamps").GetArrayLength(), Is.EqualTo(3));
        Assert.That(report.GetProperty("evidence")[0].GetProperty("coveredFrom").GetString(), Is.EqualTo(report.GetProperty("evidence")[0].GetProperty("timestamps")[0].GetProperty("time").GetString()));
        await RenewAsync(1, record, "--hash-tree", "SHA-512", "--content", b);
        await ExpectAsync(0, "ER_VALID", record, "--content", a);
        Assert.That(Directory.GetFiles(Path.Join(_folder, "one")), Has.Length.EqualTo(3), "two records and the token, no drafts");
    }

    [Test]
    public async Task A_record_in_xml_is_made_renewed_both_ways_and_is_valid_xml()
    {
        var (plain, markup) = (await WriteAsync("x.txt", "x"), await WriteAsync("y.xml", "<a b='1'  ><!-- c -->\n</a>"));
        var (made, json) = await Preserve.JsonAsync("evidence", "create", "--tsa", _address, "--format", "xmlers", "--out", Path.Join(_folder, "xml"), plain, markup);
        Assert.That(made, Is.Zero);
        var records = json.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("record").GetString()!).ToList();
        Assert.That(records.Select(Path.GetFileName), Is.EqualTo(new[] { "x.txt.ers.xml", "y.xml.ers.xml" }));
        foreach (var (record, content) in records.Zip(new[] { plain, markup }))
        {
            await RenewAsync(0, record);
            await RenewAsync(0, record, "--hash-tree", "SHA-384", "--content", content);
            await RenewAsync(0, record);
            var report = await ExpectAsync(0, "ER_VALID", record, "--content", content);
            Assert.That(report.GetProperty("evidence")[0].GetProperty("kind").GetString(), Is.EqualTo("RFC6283"));
            Assert.That(report.GetProperty("evidence")[0].GetProperty("timestamps").GetArrayLength(), Is.EqualTo(4));
            await ExpectAsync(1, "ER_DATA_MISMATCH", record, "--content", await WriteAsync("z.txt", "z"));
            var (judged, output) = await OutsideProgram.RunAsync("xmllint", _folder, "--noout", record);
            Assert.That(judged, Is.Zero, output);
        }
    }

    [Test]
    public async Task The_token_is_accepted_by_openssl()
    {
        var file = await WriteAsync("o.txt", "openssl");
        var (exit, json) = await Preserve.JsonAsync("evidence", "create", "--tsa", _address, "--out", Path.Join(_folder, "openssl"), file);
        Assert.That(exit, Is.Zero);
        var anchor = await WriteAsync("root.pem", _root.Certificate.ExportCertificatePem());
        var (judged, output) = await OutsideProgram.RunAsync(
            "openssl", _folder, "ts", "-verify", "-data", file, "-in", json.GetProperty("token").GetString()!, "-token_in", "-CAfile", anchor);
        Assert.That(judged, Is.Zero, output);
        await ExpectAsync(0, "ER_VALID", json.GetProperty("records")[0].GetProperty("record").GetString()!, "--content", file, "--trust", anchor);
    }

    [Test]
    public async Task Evidence_is_not_overwritten_and_a_failing_authority_leaves_nothing()
    {
        var file = await WriteAsync("n.txt", "n");
        var folder = Path.Join(_folder, "none");
        Assert.That((await Preserve.RunAsync("evidence", "create", "--tsa", "http://localhost:1/", "--out", folder, file)).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("evidence", "create", "--tsa", _address + "broken", "--out", folder, file)).Exit, Is.EqualTo(2));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
        Assert.That((await Preserve.RunAsync("evidence", "create", "--tsa", _address, "--out", folder, file)).Exit, Is.Zero);
        Assert.That((await Preserve.RunAsync("evidence", "create", "--tsa", _address, "--out", folder, file)).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("evidence", "renew", "--tsa", "http://localhost:1/", Path.Join(folder, "n.txt.ers"))).Exit, Is.EqualTo(2));
        await ExpectAsync(0, "ER_VALID", Path.Join(folder, "n.txt.ers"), "--content", file);
    }

    [TestCase("evidence", "create", "--out", "x", "f")]
    [TestCase("evidence", "create", "--tsa", "ftp://x", "--out", "x", "f")]
    [TestCase("evidence", "create", "--tsa", "http://x", "--format", "pdf", "--out", "x", "f")]
    [TestCase("evidence", "create", "--tsa", "http://x", "--out", "x", "a/f", "b/f")]
    [TestCase("evidence", "renew", "--tsa", "http://x", "--hash-tree", "SHA-512", "r.ers")]
    [TestCase("evidence", "renew", "--tsa", "http://x", "--hash-tree", "SHA-1", "r.ers", "--content", "f")]
    public async Task Wrong_usage_is_told(params string[] arguments) => Assert.That((await Preserve.RunAsync(arguments)).Exit, Is.EqualTo(64));

    private async Task RenewAsync(int expected, string record, params string[] more)
    {
        var (exit, json) = await Preserve.JsonAsync(["evidence", "renew", "--tsa", _address, record, .. more]);
        Assert.That(exit, Is.EqualTo(expected), json.ToString());
        Assert.That(json.GetProperty("record").GetString(), Is.EqualTo(expected == 0 ? record : null));
    }

    private static async Task<JsonElement> ExpectAsync(int expected, string outcome, string file, params string[] more)
    {
        var (exit, json) = await Preserve.JsonAsync(["verify", file, .. more]);
        Assert.That(json.GetProperty("outcome").GetString(), Is.EqualTo(outcome), json.ToString());
        Assert.That(json.GetProperty("evidence")[0].GetProperty("outcome").GetString(), Is.EqualTo(outcome));
        Assert.That(exit, Is.EqualTo(expected));
        return json;
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Join(_folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            context.Response.ContentType = "application/timestamp-reply";
            var isBroken = context.Request.Url!.AbsolutePath == "/broken";
            var answer = isBroken ? "garbage"u8.ToArray() : _authority.Answer(body.ToArray(), TimeProvider.System.GetUtcNow());
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }
}
