using System.Globalization;
using System.Text;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>
/// Everything that can be done to an archive, done to one deployment, phase after phase, from one seed. After each (in CI after all of them, for time's sake): nothing acknowledged is lost, nothing
/// is there twice, no bad byte was served, and a program that shares no code with the product finds every invariant held. Small in CI; the full figures in the long tier, a part of them where
/// PRESERVATION_FAULTS_PERCENT says how much, one phase where PRESERVATION_FAULTS_ONLY names it.
/// </summary>
internal sealed class FaultCampaignTests
{
    // Where the work of a worker stands; the long tier must strike each at least once.
    private static readonly string[] Points =
    [
        "check.examine", "check.validate", "check.signatures", "check.record", "archive.prepare", "archive.plan", "archive.record", "copies.write", "copies.prove",
        "fixity.read", "fixity.repair", "fixity.record", "store.head", "store.read", "store.put content", "store.put version inventory", "store.put root inventory", "store.put sidecar", "store.put declaration",
    ];

    private static readonly string[] Calls = ["s3 get", "s3 head", "s3 put content", "s3 put version inventory", "s3 put root inventory", "s3 put sidecar", "s3 put other"];

    private Campaign _campaign = null!;

    // Together more than a lease of the campaign, each less than a process may differ from its database.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(20);

    private static int Seed => Machine.Seed;

    private static int Of(int sample, int full) => int.TryParse(Environment.GetEnvironmentVariable("PRESERVATION_FAULTS_PERCENT"), out var percent) ? Math.Max(sample, full * percent / 100) : Machine.IsLong ? full : sample;

    private static bool IsFull => Of(0, 100) == 100;

    [OneTimeSetUp]
    public async Task Start() => _campaign = await Campaign.StartAsync(Seed);

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_campaign is null) return;
        await TestContext.Out.WriteLineAsync($"seed {Seed}, where each fault landed:\n{_campaign.Tally}");
        await _campaign.DisposeAsync();
    }

    [Test]
    public async Task Whatever_is_done_to_it_nothing_acknowledged_is_lost_nothing_is_there_twice_and_no_bad_byte_is_served()
    {
        var phases = new (string Name, Func<Task> Run)[]
        {
            ("bad answers of stores", StoresFailStallLieOnceAndBreakOffAsync), ("rot", EveryDamageIsFoundAndRepairedAsync), ("kills of workers", WorkersAreKilledAsync), ("kills of PostgreSQL", PostgreSqlIsKilledAsync), ("clocks that differ", ClocksDifferAsync),
            ("a full disk of staging", () => DiskIsFullAsync("staging")), ("a full disk of a store", () => DiskIsFullAsync("store-2")), ("a full disk of the database", () => DiskIsFullAsync("database")),
        };
        if (Environment.GetEnvironmentVariable("PRESERVATION_FAULTS_ONLY") is { Length: > 0 } only) phases = [.. phases.Where(p => p.Name.Contains(only, StringComparison.Ordinal))];
        foreach (var (name, run) in phases)
        {
            await run();
            if (Of(0, 1) > 0 || name == phases[^1].Name) await _campaign.AssertWholeAsync(name);
        }
        Assert.That(_campaign.Reader.Reads, Is.GreaterThan(0));
        Assert.That(_campaign.Tally.Unused(), Is.Empty, $"kinds of faults that landed nowhere\n{_campaign.Tally}");
        if (IsFull) Assert.That(_campaign.Tally.Untouched(), Is.Empty, $"points where no fault landed\n{_campaign.Tally}");
    }

    // They delay, lose nothing, and raise no false alarm.
    private async Task StoresFailStallLieOnceAndBreakOffAsync()
    {
        _campaign.Tally.Expect(Calls, [.. Enum.GetNames<StoreFault>(), "NetworkCut"]);
        await PreservedAsync(2);
        var since = await _campaign.NowAsync();
        foreach (var proxy in _campaign.Proxies) proxy.Rate = 0.12;
        await PreservedAsync(Of(3, 400));
        await _campaign.FixityAsync();
        _campaign.Proxies[1].IsDown = true;
        await Eventually.TrueAsync("the cut is noticed", () => Task.FromResult(!_campaign.Tally.Unused().Contains("NetworkCut")));
        _campaign.Proxies[1].IsDown = false;
        // On until each kind of fault has met each kind of call it can.
        await Eventually.TrueAsync("each fault has landed, and at each call", () => Task.FromResult(_campaign.Tally.Unused().Count == 0 && _campaign.Tally.Untouched().Count == 0), () => $"{_campaign.Tally}");
        foreach (var proxy in _campaign.Proxies) proxy.Rate = 0;
        await _campaign.FixityAsync();
        Assert.That((await _campaign.ProblemsAsync(since)).Where(p => p.Outcome is "Mismatch" or "Missing"), Is.Empty, "nothing was damaged: a slip of a store is no rot");
    }

    // And nothing else is reported.
    private async Task EveryDamageIsFoundAndRepairedAsync()
    {
        var rot = new Rot(_campaign.Archive.Deployment, new Random(Seed));
        var random = new Random(Seed);
        for (var i = 0; i < Of(1, 60); i++) await SupplementAsync(random);
        await PreservedAsync(Of(2, 60));
        var (flips, others) = (Of(12, 1000), Of(1, 50));
        var table = new Dictionary<string, (int Injected, int Found, int Repaired)>();
        var falseAlarms = 0;
        for (var done = 0; done < flips;)
        {
            var (now, more) = (Math.Min(flips - done, 250), Math.Max(1, others * Math.Min(flips - done, 250) / flips));
            var since = await _campaign.NowAsync();
            var injected = await rot.DoAsync(now, more);
            await _campaign.FixityAsync();
            var problems = await _campaign.ProblemsAsync(since);
            foreach (var damage in injected)
            {
                var found = problems.Where(p => (p.Store, p.Key, p.Outcome) == (damage.Store, damage.Key, damage.Outcome)).ToList();
                var row = table.GetValueOrDefault(damage.Kind);
                table[damage.Kind] = (row.Injected + 1, row.Found + (found.Count > 0 ? 1 : 0), row.Repaired + (found.Exists(f => f.Repaired) ? 1 : 0));
            }
            falseAlarms += problems.Count(p => p.Outcome is "Mismatch" or "Missing" or "Unreadable" && !injected.Any(d => (d.Store, d.Key, d.Outcome) == (p.Store, p.Key, p.Outcome)));
            done += now;
        }
        var text = new StringBuilder("damage          injected  found  repaired\n");
        foreach (var (kind, (injected, found, repaired)) in table) text.Append(CultureInfo.InvariantCulture, $"{kind,-15} {injected,8} {found,6} {repaired,9}\n");
        text.Append(CultureInfo.InvariantCulture, $"false alarms {falseAlarms}");
        await TestContext.Out.WriteLineAsync(text.ToString());
        Assert.That(table.Values.All(r => r.Injected == r.Found && r.Injected == r.Repaired) && falseAlarms == 0, Is.True, text.ToString());
        Assert.That(table.Keys, Is.SupersetOf(new[] { "bit flip", "deletion", "truncation", "swap", "stale version" }));
    }

    // At random instants, and at each point of the work: nothing is left half done and no damage untold.
    private async Task WorkersAreKilledAsync()
    {
        if (IsFull) _campaign.Tally.Expect(Points, ["worker killed"]);
        var random = new Random(Seed);
        var rot = new Rot(_campaign.Archive.Deployment, random);
        var injected = new List<Damage>();
        var since = await _campaign.NowAsync();
        for (var kill = 0; kill < Of(3, 500); kill++)
        {
            var least = Points.Min(_campaign.Tally.At);
            var candidates = Points.Where(p => _campaign.Tally.At(p) == least).ToList();
            var aim = candidates[random.Next(candidates.Count)];
            if (aim.StartsWith("fixity", StringComparison.Ordinal) || kill % 10 == 0)
            {
                injected.AddRange(await rot.FlipAsync("third", 1));
                await _campaign.Archive.Officer.PostAsync("/api/v1/fixity/runs", new { });
            }
            var struck = await StrikeAsync(random.Next(4) == 0 ? null : aim, random);
            _campaign.Tally.Land(struck ?? "between two pieces of work", "worker killed");
        }
        await _campaign.FixityAsync();
        var problems = await _campaign.ProblemsAsync(since);
        Assert.That(injected.Where(d => !problems.Exists(p => (p.Store, p.Key, p.Repaired) == (d.Store, d.Key, true))), Is.Empty, "a damage that was mended is told of, whoever dies meanwhile");
        Assert.That(problems.Where(p => p.Outcome is "Mismatch" or "Missing" && !injected.Exists(d => (d.Store, d.Key) == (p.Store, p.Key))), Is.Empty, "false alarms");
    }

    private async Task PostgreSqlIsKilledAsync()
    {
        var random = new Random(Seed);
        for (var kill = 0; kill < Of(1, 50); kill++)
        {
            var before = _campaign.Load.Acknowledged.Count;
            await Eventually.TrueAsync("work goes on", () => Task.FromResult(_campaign.Load.Acknowledged.Count > before), _campaign.Archive.Deployment.Tail);
            await Task.Delay(random.Next(600));
            await _campaign.Database.KillAsync();
            foreach (var tail in _campaign.Tails)
            {
                tail.ReadOn();
                _campaign.Tally.Land(tail.Innermost ?? "between two pieces of work", "PostgreSQL killed");
            }
            await _campaign.Database.RestartAsync();
        }
        Assert.That(_campaign.Workers.Where(w => w.HasEnded), Is.Empty, "a worker does not end because the database was away");
    }

    // By their own clocks each would take the other's leases for ended, or far from it; one that is off by hours does nothing at all.
    private async Task ClocksDifferAsync()
    {
        var random = new Random(Seed);
        var rot = new Rot(_campaign.Archive.Deployment, random);
        foreach (var (i, ahead) in new[] { (0, Ahead), (1, -Ahead) }) await _campaign.RestartWorkerAsync(i, ahead);
        for (var round = 0; round < Of(1, 10); round++)
        {
            var since = await _campaign.NowAsync();
            await PreservedAsync(Of(1, 10));
            var injected = await rot.FlipAsync("third", Of(2, 20));
            await _campaign.FixityAsync();
            var problems = await _campaign.ProblemsAsync(since);
            Assert.That(injected.Where(d => !problems.Exists(p => (p.Store, p.Key, p.Repaired) == (d.Store, d.Key, true))), Is.Empty, "found and mended, whatever the clocks say");
            Assert.That(problems.Where(p => p.Outcome is "Mismatch" or "Missing" && !injected.Any(d => (d.Store, d.Key) == (p.Store, p.Key))), Is.Empty, "false alarms");
            _campaign.Tally.Land("a clock ahead and one behind", "clock skew");
        }
        await _campaign.RestartWorkerAsync(0, TimeSpan.FromHours(2));
        await Eventually.TrueAsync("the wrong clock is told", () => Task.FromResult(_campaign.Archive.Deployment.Tail().Contains("ClockSkewException", StringComparison.Ordinal)), _campaign.Archive.Deployment.Tail);
        await PreservedAsync(1);
        foreach (var i in new[] { 0, 1 }) await _campaign.RestartWorkerAsync(i);
    }

    private async Task DiskIsFullAsync(string name)
    {
        if (!_campaign.Disks.TryGetValue(name, out var disk)) Machine.Missing("disks are filled by root alone");
        for (var round = 0; round < Of(1, 10); round++)
        {
            var (retries, before) = (_campaign.Load.Retries, _campaign.Load.Acknowledged.Count);
            await disk!.FillAsync(leavingKibibytes: round * 16);
            await Eventually.TrueAsync("the full disk is noticed", async () => name == "store-2" ? await WaitsAsync() : _campaign.Load.Retries > retries || (name == "database" && IsToldOf()), _campaign.Archive.Deployment.Tail);
            disk.Free();
            _campaign.Tally.Land(name, "disk full");
            if (name == "database") await _campaign.Database.RestartAsync(); // PostgreSQL ends when its log cannot be written
            await Eventually.TrueAsync("work goes on", () => Task.FromResult(_campaign.Load.Acknowledged.Count > before), _campaign.Archive.Deployment.Tail);
        }
    }

    // The senders may all be waiting for outcomes just then: SQLSTATE 53100 in the server's log says that it met the full disk.
    private bool IsToldOf() => _campaign.Archive.Deployment.Tail().Contains("53100", StringComparison.Ordinal);

    private async Task<bool> WaitsAsync() => (long)(await _campaign.ScalarAsync("SELECT count(*) FROM package_copy WHERE store = 'third' AND state = 'Missing'"))! > 0;

    // Kills the worker that enters the point, a little later or at once; or any, at any instant. The point it was at.
    private async Task<string?> StrikeAsync(string? aim, Random random)
    {
        var (victim, start) = (random.Next(2), TimeProvider.System.GetTimestamp());
        var patience = TimeSpan.FromMilliseconds(aim is null ? random.Next(1500) : 8000);
        foreach (var tail in _campaign.Tails) tail.ReadOn();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (TimeProvider.System.GetElapsedTime(start) < patience)
        {
            var entered = Array.FindIndex(_campaign.Tails, t => t.ReadOn().Contains(aim ?? ""));
            if (entered >= 0)
            {
                victim = entered;
                break;
            }
            await pause.WaitForNextTickAsync();
        }
        await _campaign.Workers[victim].KillAsync();
        _campaign.Tails[victim].ReadOn();
        var struck = _campaign.Tails[victim].Innermost;
        await _campaign.RestartWorkerAsync(victim);
        return struck;
    }

    private async Task PreservedAsync(int more)
    {
        var wanted = await CountAsync() + more;
        await Eventually.TrueAsync($"{more} more packages are preserved", async () => await CountAsync() >= wanted, _campaign.Archive.Deployment.Tail, TimeSpan.FromSeconds(180 + more * 5));
    }

    private async Task<long> CountAsync() => (long)(await _campaign.ScalarAsync("SELECT count(*) FROM package"))!;

    private async Task SupplementAsync(Random random)
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        foreach (var status in new[] { "NEW", "SUPPLEMENT" })
        {
            var bag = new Bag { Id = id };
            foreach (var (path, content) in Load.NewBag(random).Payload) bag.Add($"{status} {path}", content);
            var sending = await _campaign.Load.SendOneAsync(bag, status);
            await _campaign.Archive.Producer.FollowAsync(sending.Submission, "preserved");
        }
    }
}
