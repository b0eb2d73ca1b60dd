using System.Text.Json;
using Preservation.Catalogue.Model;
using Preservation.Server.Hosting;
using Preservation.Server.Tests.Api.Log;
using Preservation.Server.Tests.Api.Ts119512;

namespace Preservation.Server.Tests.Hosting;

/// <summary>Published keys, their revocation by two people, and what it means for a receipt that somebody holds.</summary>
[NonParallelizable]
internal sealed class KeyCommandTests
{
    private ApiServer _server = null!;
    private HeldReceipts _held = null!;
    private string _folder = "";

    [SetUp]
    public async Task Start()
    {
        _server = await ApiServer.StartAsync();
        _held = new HeldReceipts(_server);
        _folder = Directory.CreateTempSubdirectory("key-").FullName;
        foreach (var person in new[] { "officer", "administrator", "auditor" }) await File.WriteAllTextAsync(KeyFile(person), _server.Archive.KeyOf(person) + "\n");
    }

    [TearDown]
    public async Task Stop()
    {
        _held?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_key_that_two_people_revoked_is_published_as_such_and_receipts_under_it_need_a_proof()
    {
        var key = (await KeysAsync()).Single();
        var id = key.GetProperty("id").GetString()!;
        Assert.That((key.GetProperty("state").GetString(), key.GetProperty("algorithm").GetString()), Is.EqualTo(("valid", "ECDSA 256")));
        Assert.That(key.GetProperty("certificate").GetString(), Does.StartWith("-----BEGIN CERTIFICATE-----"));
        var receipt = await _held.TakeAsync(_server.Archive.Rejected, "rejected");
        var (exit, json) = await _held.AuditAsync("producer", receipt, "--server", _server.Server.Address);
        Assert.That((exit, json.GetProperty("receipts")[0].GetProperty("seal").GetProperty("state").GetString()), Is.EqualTo((0, "valid")), json.ToString());

        var (done, announced, error) = await RunAsync("revoke", id, "--revoked-from", "2026-11-22T00:00:00Z", "--reason", "lộ khóa", "--key-file", KeyFile("officer"));
        Assert.That(done, Is.Zero, error);
        Assert.That((await KeysAsync()).Single().GetProperty("state").GetString(), Is.EqualTo("valid"), "one person is not enough");
        Assert.That((await RunAsync("confirm", announced, "--key-file", KeyFile("officer"))).Error, Does.StartWith("There is no such revocation to confirm"));
        Assert.That((await RunAsync("list")).Output, Does.Contain($"{id} ECDSA 256 from ").And.Contain("not confirmed: lộ khóa"));
        Assert.That((await RunAsync("confirm", announced, "--key-file", KeyFile("administrator"))).Exit, Is.Zero);
        key = (await KeysAsync()).Single();
        Assert.That((key.GetProperty("state").GetString(), key.GetProperty("compromise").GetBoolean(), key.GetProperty("reason").GetString()), Is.EqualTo(("revoked", true, "lộ khóa")));
        (exit, json) = await _held.AuditAsync("producer", receipt, "--server", _server.Server.Address);
        Assert.That((exit, json.GetProperty("consistent").GetBoolean(), json.GetProperty("receipts")[0].GetProperty("seal").GetProperty("state").GetString()), Is.EqualTo((2, true, "revoked")), json.ToString());
        Assert.That(async () => await _server.Archive.AddSubmissionAsync(SubmissionState.Received, "sau khi thu hồi"), Throws.InstanceOf<System.Security.Cryptography.CryptographicException>(), "nothing is sealed by it any more");
    }

    [Test]
    public async Task Whoever_is_no_officer_of_the_whole_archive_revokes_nothing_and_a_command_without_its_parts_says_what_it_needs()
    {
        var id = (await KeysAsync()).Single().GetProperty("id").GetString()!;
        Assert.That((await RunAsync("revoke", id, "--revoked-from", "2026-11-22", "--reason", "x", "--key-file", KeyFile("auditor"))).Error, Does.StartWith("--key-file does not hold"));
        Assert.That((await RunAsync("revoke", id, "--revoked-from", "2026-11-22", "--reason", "x")).Error, Does.StartWith("--key-file does not hold"));
        Assert.That((await RunAsync("revoke", id, "--revoked-from", "soon", "--reason", "x", "--key-file", KeyFile("officer"))).Error, Does.StartWith("usage: key list"));
        Assert.That((await RunAsync("revoke", new string('0', 64), "--revoked-from", "2026-11-22", "--reason", "x", "--key-file", KeyFile("officer"))).Error, Does.StartWith("There is no such key"));
        Assert.That((await RunAsync("other")).Error, Does.StartWith("usage: key list"));
        Assert.That(async () => await _held.GetAsync("administrator", "/api/v1/log/keys"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(async () => await _held.GetAsync("producer", $"/api/v1/submissions/{_server.Archive.Rejected}/receipts/rejected/evidence"), Throws.InstanceOf<HttpRequestException>(), "not yet covered");
    }

    private async Task<List<JsonElement>> KeysAsync() => [.. JsonDocument.Parse(await _held.GetAsync("producer", "/api/v1/log/keys")).RootElement.GetProperty("items").EnumerateArray()];

    private string KeyFile(string person) => Path.Join(_folder, person);

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        using var failed = new StringWriter();
        try
        {
            Console.SetOut(said);
            Console.SetError(failed);
            var exit = await KeyCommands.RunAsync([.. arguments, "--Preservation:Database:Application", _server.Server.ApplicationConnection]);
            return (exit, said.ToString().Trim(), failed.ToString().Trim());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
