using System.Net;
using System.Security.Cryptography.X509Certificates;
using Preservation.Testing.Log;

namespace Preservation.Cli.Tests;

internal sealed class AuditTests
{
    private string _folder = "";
    private X509Certificate2 _seal = null!;

    [OneTimeSetUp]
    public void MakeSeal() => _seal = HeldSeals.Make();

    [OneTimeTearDown]
    public void DropSeal() => _seal.Dispose();

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("audit-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes) => HeldSeals.Write(_folder, name, bytes);

    private string KeyId => HeldSeals.KeyId(_seal);

    private string Receipt(SampleLog log, int size, string name = "gói.zip.receipt-preserved.json") => HeldSeals.Receipt(_folder, name, log, size, _seal);

    [Test]
    public async Task A_log_that_grew_has_exit_0_and_the_seal_is_checked_by_the_key_that_is_named()
    {
        var log = SampleLog.Of(30);
        var (first, second) = (Receipt(log, 12, "a.json"), Receipt(log, 31, "b.json"));
        var file = Write("log.jsonl", log.Export());
        var (exit, json) = await Preserve.JsonAsync("audit", first, second, "--log", file, "--seal-key", KeyId);
        Assert.That((exit, json.GetProperty("consistent").GetBoolean(), json.GetProperty("firstDifference").ValueKind), Is.EqualTo((0, true, System.Text.Json.JsonValueKind.Null)));
        Assert.That(json.GetProperty("receipts").EnumerateArray().Select(r => (r.GetProperty("sequence").GetInt64(), r.GetProperty("seal").GetProperty("state").GetString(), r.GetProperty("seal").GetProperty("key").GetString())),
            Is.EqualTo(new[] { (30L, "valid", KeyId), (31L, "valid", KeyId) }));
        var pem = Write("seal.pem", System.Text.Encoding.ASCII.GetBytes(_seal.ExportCertificatePem()));
        Assert.That((await Preserve.RunAsync("audit", first, "--log", file, "--seal-key", pem)).Exit, Is.Zero);
    }

    [Test]
    public async Task An_altered_log_has_exit_1_and_the_place_is_told_in_the_readers_language()
    {
        var log = SampleLog.Of(30);
        var receipt = Receipt(log, 30);
        log.Entries[9] = SampleLog.Text(10, "forged");
        var file = Write("log.jsonl", log.Export());
        var (exit, json) = await Preserve.JsonAsync("audit", receipt, "--log", file);
        var first = json.GetProperty("firstDifference");
        Assert.That((exit, json.GetProperty("consistent").GetBoolean(), first.GetProperty("exact").GetBoolean(), first.GetProperty("from").GetInt64(), first.GetProperty("until").GetInt64()), Is.EqualTo((1, false, false, 0L, 16L)));
        Assert.That(first.GetProperty("message").GetProperty("vi").GetString(), Does.Contain("từ vị trí 0 đến vị trí 15"));
        var (_, text, _) = await Preserve.RunAsync(new Dictionary<string, string?> { ["LANG"] = "vi_VN.UTF-8", ["LC_ALL"] = null }, "audit", receipt, "--log", file);
        Assert.That(text, Does.Contain("KHÔNG phải là phần nối tiếp").And.Contain("dấu niêm phong đúng"));
        (_, text, _) = await Preserve.RunAsync(new Dictionary<string, string?> { ["LANG"] = "en_GB.UTF-8", ["LC_ALL"] = null }, "audit", receipt, "--log", file);
        Assert.That(text, Does.Contain("is NOT an extension").And.Contain("between place 0 and place 15"));
    }

    [Test]
    public async Task A_receipt_whose_seal_does_not_hold_is_no_witness_and_has_exit_1()
    {
        var log = SampleLog.Of(30);
        var receipt = Receipt(log, 30);
        var file = Write("log.jsonl", log.Export());
        var (exit, json) = await Preserve.JsonAsync("audit", receipt, "--log", file, "--seal-key", new string('0', 64));
        Assert.That((exit, json.GetProperty("receipts")[0].GetProperty("seal").GetProperty("state").GetString(), json.GetProperty("consistent").ValueKind), Is.EqualTo((1, "unknownKey", System.Text.Json.JsonValueKind.Null)));
        await File.AppendAllTextAsync(receipt, " ");
        (exit, json) = await Preserve.JsonAsync("audit", receipt, "--log", file);
        Assert.That((exit, json.GetProperty("receipts")[0].GetProperty("seal").GetProperty("state").GetString()), Is.EqualTo((1, "broken")));
        File.Delete(receipt + ".p7s");
        (exit, json) = await Preserve.JsonAsync("audit", receipt, "--log", file);
        Assert.That((exit, json.GetProperty("receipts")[0].GetProperty("seal").GetProperty("state").GetString()), Is.EqualTo((0, "missing")), "it witnesses for its holder all the same");
    }

    [Test]
    public async Task What_cannot_be_judged_has_exit_2_and_wrong_usage_64()
    {
        var log = SampleLog.Of(10);
        var receipt = Receipt(log, 10);
        var file = Write("log.jsonl", log.Export());
        Assert.That((await Preserve.RunAsync("audit", receipt, "--log", Write("half.jsonl", log.Export()[..500]))).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("audit", receipt, "--log", receipt)).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("audit", file, "--log", file)).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("audit", receipt, "--server", "http://127.0.0.1:9/")).Exit, Is.EqualTo(2));
        Assert.That((await Preserve.RunAsync("audit", receipt)).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("audit", receipt, "--log", file, "--server", "http://127.0.0.1:9/")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("audit", "--log", file)).Exit, Is.EqualTo(64));
    }

    [Test]
    public async Task A_server_that_keeps_back_what_would_show_where_is_found_out_all_the_same_and_nonsense_is_not_judged()
    {
        var log = SampleLog.Of(30);
        var receipt = Receipt(log, 30);
        var answer = $"{{\"items\":[{{\"number\":1,\"treeSize\":5,\"head\":\"{Convert.ToHexStringLower(Preservation.Core.Log.MerkleLog.Head(log.Leaves(5)).AsSpan())}\",\"sealedAt\":\"2026-03-01T08:00:00Z\"}}],\"next\":null}}";
        var (server, address) = Listen();
        var serving = ServeAsync(server, path => path.EndsWith("/log/heads", StringComparison.Ordinal) ? (200, answer) : path.EndsWith("/log/keys", StringComparison.Ordinal) ? (404, "{}") : (500, "{}"));
        var (exit, json) = await Preserve.JsonAsync("audit", receipt, "--server", address);
        var first = json.GetProperty("firstDifference");
        Assert.That((exit, first.GetProperty("kind").GetString(), first.GetProperty("from").GetInt64(), first.GetProperty("until").GetInt64()), Is.EqualTo((1, "removed", 0L, 6L)), json.ToString());
        answer = "{\"items\":{}}";
        Assert.That((await Preserve.RunAsync("audit", receipt, "--server", address)).Exit, Is.EqualTo(2));
        server.Stop();
        await serving;
        server.Close();
    }

    private static (HttpListener Server, string Address) Listen()
    {
        for (var port = 42_000 + (Environment.ProcessId % 10_000); ; port++)
        {
            var server = new HttpListener { Prefixes = { $"http://localhost:{port}/" } };
            try
            {
                server.Start();
                return (server, server.Prefixes.Single());
            }
            catch (HttpListenerException) when (port < 60_000)
            {
                server.Close(); // taken: the next one
            }
        }
    }

    private static async Task ServeAsync(HttpListener server, Func<string, (int Status, string Body)> answer)
    {
        while (server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var (status, body) = answer(context.Request.Url!.AbsolutePath);
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
