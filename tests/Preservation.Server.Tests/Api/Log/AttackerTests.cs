using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;
using Preservation.Server.Tests.Api.Ts119512;
using Preservation.Testing;
using Preservation.Workflow.Sealing;

namespace Preservation.Server.Tests.Api.Log;

/// <summary>
/// Whoever has every credential of the service and its database can make a history that fits itself. Any one receipt from before shows that it is another one: by
/// the server's own proofs, and by the exported log.
/// </summary>
[NonParallelizable]
internal sealed class AttackerTests
{
    private ApiServer _server = null!;
    private HeldReceipts _held = null!;
    private Attacker _attacker = null!;
    private readonly List<string> _receipts = [];
    private readonly List<LogWitness> _witnesses = [];

    [OneTimeSetUp]
    public async Task MakeHistory()
    {
        _server = await ApiServer.StartAsync();
        _held = new HeldReceipts(_server);
        _attacker = new Attacker(_server.Server.OwnerConnection);
        for (var round = 0; round < 10; round++)
        {
            await GrowAsync(25);
            var submission = await _server.Archive.AddSubmissionAsync(SubmissionState.Received, $"Hồ sơ {round}");
            await SealAsync();
            _receipts.Add(await _held.TakeAsync(submission));
        }
        await GrowAsync(40);
        await SealAsync();
        foreach (var receipt in _receipts) _witnesses.Add(LogWitness.Read(receipt, await File.ReadAllBytesAsync(receipt)));
        await _attacker.SaveAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _held?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [SetUp]
    public Task PutBack() => _attacker.RestoreAsync();

    private async Task GrowAsync(int entries)
    {
        await using var session = await _server.Archive.BeginAsync();
        for (var i = 0; i < entries; i++) session.Audit(_server.Archive.IdOf("producer"), _server.Archive.HomeAffairs, "file.read", "package", _server.Archive.Package.ToString(), new { i });
        await session.CommitAsync(default);
    }

    private async Task SealAsync() => await _server.Server.Services.GetRequiredService<AuditSealer>().SealAsync(default);

    private string Address => _server.Server.Address;

    [Test]
    public async Task A_history_that_was_left_alone_is_consistent_to_every_receipt()
    {
        var (exit, json) = await _held.AuditAsync("producer", [.. _receipts, "--server", Address]);
        Assert.That((exit, json.GetProperty("consistent").GetBoolean()), Is.EqualTo((0, true)), json.ToString());
        (exit, json) = await _held.AuditAsync("auditor", [.. _receipts, "--server", Address, "--whole"]);
        Assert.That((exit, json.GetProperty("receipts").EnumerateArray().Count(r => r.GetProperty("sequence").GetInt64() >= r.GetProperty("treeSize").GetInt64())), Is.EqualTo((0, _receipts.Count)), json.ToString());
        foreach (var person in new[] { "auditor", "producer" })
        {
            (exit, json) = await _held.AuditAsync(person, [.. _receipts, "--log", await _held.ExportAsync(person)]);
            Assert.That((exit, json.GetProperty("log").GetProperty("size").GetInt64()), Is.EqualTo((0, (await _attacker.LogAsync()).Count)), json.ToString());
        }
    }

    [Test]
    public async Task A_producers_export_has_the_texts_of_their_own_agency_alone()
    {
        var text = await File.ReadAllTextAsync(await _held.ExportAsync("otherProducer"));
        Assert.That(text, Does.Contain("\"whole\":false").And.Not.Contain(_server.Archive.HomeAffairs.ToString()));
        Assert.That(text.Split('\n').Count(l => l.Contains("\"leaf\"", StringComparison.Ordinal)), Is.EqualTo((await _attacker.LogAsync()).Count));
        Assert.That(await File.ReadAllTextAsync(await _held.ExportAsync("auditor")), Does.Contain("\"whole\":true").And.Contain(_server.Archive.HomeAffairs.ToString()));
        Assert.That(async () => await _held.GetAsync("administrator", "/api/v1/log/export"), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task Any_one_older_receipt_finds_each_of_many_ways_to_alter_history()
    {
        var random = new Random(Tier.Seed);
        var attacks = Tier.IsLong ? 100 : 20;
        var log = await _attacker.LogAsync();
        var (checks, ways) = (0, new SortedDictionary<string, int>());
        for (var attack = 0; attack < attacks; attack++)
        {
            await _attacker.RestoreAsync();
            var (what, after, first, recomputes) = Attacker.Alter(log, (int)_witnesses[^1].TreeSize - 2, random);
            ways[what] = ways.GetValueOrDefault(what) + 1;
            await _attacker.ReplaceAsync(after, recomputes);
            var older = Enumerable.Range(0, _receipts.Count).Where(i => _witnesses[i].TreeSize > first).ToList();
            var export = await _held.ExportAsync();
            foreach (var one in older)
            {
                var verdict = await ReplayAsync(export, _witnesses[one]);
                Assert.That(verdict.IsConsistent, Is.False, $"attack {attack}, {what} at {first}: receipt of {_witnesses[one].TreeSize}");
                Assert.That((verdict.First!.From <= first, verdict.First.Until > first), Is.EqualTo((true, true)), $"attack {attack}, {what} at {first}: {verdict.First}");
                checks++;
            }
            await ByTheClientAsync(attack, what, first, recomputes, _receipts[older[random.Next(older.Count)]], export);
        }
        await TestContext.Out.WriteLineAsync($"seed {Tier.Seed}: {attacks} attacks on a log of {log.Count} entries, {string.Join(", ", ways.Select(w => $"{w.Key} {w.Value}"))}; {checks} checks of a single receipt offline, {attacks} runs of the client by the server's proofs and {(Tier.IsLong ? attacks : (attacks + 4) / 5)} offline; found: all");
    }

    [Test]
    public async Task Receipts_forged_with_the_seal_key_fit_the_forged_history_and_older_ones_show_that_it_is_forged()
    {
        var log = await _attacker.LogAsync();
        log.RemoveAt(100);
        await _attacker.ReplaceAsync(log);
        await _attacker.ForgeReceiptsAsync(_server.Server.Services.GetRequiredService<Signer>().Seal);
        var forged = await _held.TakeAsync(_witnesses[5].Submission!.Value, copy: "forged-");
        var export = await _held.ExportAsync();
        foreach (var source in new[] { new[] { "--server", Address }, ["--log", export] })
        {
            Assert.That((await _held.AuditAsync("auditor", [forged, .. source])).Exit, Is.Zero);
            var (exit, json) = await _held.AuditAsync("auditor", [forged, _receipts[5], .. source]);
            Assert.That((exit, json.GetProperty("receipts")[1].GetProperty("consistent").GetBoolean()), Is.EqualTo((1, false)), json.ToString());
        }
    }

    // Proofs say nothing of a row whose hashes were left alone: that is what the whole is for.
    private async Task ByTheClientAsync(int attack, string what, int first, bool recomputes, string receipt, string export)
    {
        string[] server = recomputes ? ["--server", Address] : ["--server", Address, "--whole"];
        // Offline every receipt was asked in this process; the client itself is run now and then.
        foreach (var source in attack % 5 == 0 || Tier.IsLong ? [server, ["--log", export]] : new[] { server })
        {
            var (exit, json) = await _held.AuditAsync("auditor", [receipt, .. source]);
            var found = json.GetProperty("firstDifference");
            Assert.That((exit, json.GetProperty("consistent").GetBoolean()), Is.EqualTo((1, false)), $"attack {attack}, {what} at {first}: {json}");
            Assert.That((found.GetProperty("from").GetInt64() <= first, found.GetProperty("until").GetInt64() > first), Is.EqualTo((true, true)), $"attack {attack}, {what} at {first}: {json}");
        }
    }

    private static async Task<LogVerdict> ReplayAsync(string export, LogWitness witness)
    {
        var replay = new LogReplay([witness]);
        await using var file = new FileStream(export, FileMode.Open, FileAccess.Read);
        await foreach (var line in LogExportReader.ReadAsync(file, default)) replay.Add(line);
        return replay.End(TimeSpan.FromMinutes(10));
    }
}
