using System.Globalization;
using Npgsql;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>
/// What a campaign of faults is waged against: a server that answers and schedules, two workers that can be killed, two buckets, each reached by a gateway of its own behind a proxy that can lie, a store in a folder and the staging
/// area on small disks that can be filled, a PostgreSQL cluster of its own that can be killed; and under it all, producers who send and a reader who compares.
/// </summary>
internal sealed class Campaign : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preservation-faults-").FullName;
    private readonly List<IAsyncDisposable> _parts = [];
    private int _traces;

    public required int Seed { get; init; }

    public FaultTally Tally { get; } = new();

    public Archive Archive { get; private set; } = null!;

    public DatabaseServer Database { get; private set; } = null!;

    public FaultyProxy[] Proxies { get; private set; } = [];

    public WorkerProcess[] Workers { get; } = new WorkerProcess[2];

    public TraceTail[] Tails { get; } = new TraceTail[2];

    public Load Load { get; private set; } = null!;

    public ConstantReader Reader { get; private set; } = null!;

    public NpgsqlDataSource Catalogue { get; private set; } = null!;

    /// <summary>Null for one who is not root.</summary>
    public Dictionary<string, SmallDisk> Disks { get; } = [];

    private Deployment Deployment => Archive.Deployment;

    public static async Task<Campaign> StartAsync(int seed)
    {
        var campaign = new Campaign { Seed = seed };
        try
        {
            await campaign.PrepareAsync();
            return campaign;
        }
        catch
        {
            await campaign.DisposeAsync();
            throw;
        }
    }

    public async Task RestartWorkerAsync(int i, TimeSpan? clockAhead = null)
    {
        if (Workers[i] is { } old) await old.DisposeAsync();
        var trace = Path.Join(_folder, $"trace-{Interlocked.Increment(ref _traces)}");
        Workers[i] = Deployment.StartWorker(trace, clockAhead: clockAhead);
        Tails[i] = new TraceTail(trace);
    }

    /// <summary>Starts a check of everything and waits for its end; the problems it told, and those told since.</summary>
    public async Task<Guid> FixityAsync()
    {
        var run = Guid.Parse((await Archive.Officer.PostAsync("/api/v1/fixity/runs", new { })).GetProperty("id").GetString()!);
        await Eventually.TrueAsync("the check has ended", async () => (string?)await ScalarAsync("SELECT state FROM fixity_run WHERE id = $1", run) == "Ended", Deployment.Tail);
        return run;
    }

    public async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = Catalogue.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.AddWithValue(parameter);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>
    /// Problems that were told since an instant: store, key, outcome, and whether each was repaired. A package is preserved when enough stores took it: what another could not take then is told as
    /// missing, truthfully, and said so here. What the service damaged itself, to see whether it is found, is no problem of the campaign.
    /// </summary>
    public async Task<List<(string Store, string Key, string Outcome, bool Repaired, string Detail)>> ProblemsAsync(DateTimeOffset since)
    {
        var problems = new List<(string, string, string, bool, string)>();
        await using var command = Catalogue.CreateCommand("""
            SELECT store, key, outcome || CASE WHEN outcome = 'Missing' AND EXISTS (SELECT FROM premis_event e WHERE e.package_id = f.package_id AND e.type = 'replication' AND e.submission_id IS NOT NULL AND position(f.store in e.detail) = 0)
                THEN ' since its store could not take it' ELSE '' END, repaired_at IS NOT NULL, concat_ws(' ', found_at, observed_bytes, detail, package_id, (SELECT 'journal ' || number FROM journal_segment j WHERE j.object_id = 'urn:uuid:' || package_id))
            FROM fixity_problem f WHERE found_at >= $1 AND NOT EXISTS (SELECT FROM canary_damage d WHERE d.store = f.store AND d.key = f.key AND d.damaged_at <= f.found_at)
            """);
        command.Parameters.AddWithValue(since);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) problems.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetString(4)));
        return problems;
    }

    /// <summary>The instant of the database: what it dates from now on is later.</summary>
    public async Task<DateTimeOffset> NowAsync() => new((DateTime)(await ScalarAsync("SELECT clock_timestamp()"))!);

    /// <summary>Lets everything come to its end, and has all of it looked at: nothing acknowledged lost, nothing doubled, no bad byte served, every invariant held.</summary>
    public async Task AssertWholeAsync(string phase)
    {
        // Copies that a store could not take when they were written are filled by a check.
        await FixityAsync();
        (Load.IsPaused, Reader.IsPaused) = (true, true);
        int exit;
        string output;
        try
        {
            (exit, output) = await InvariantCheck.RunAsync(Deployment, Load.Acknowledged);
        }
        finally
        {
            (Load.IsPaused, Reader.IsPaused) = (false, false);
        }
        await TestContext.Out.WriteLineAsync($"{phase}: seed {Seed}; {Load.Acknowledged.Count} submissions acknowledged, {Load.Retries.ToString(CultureInfo.InvariantCulture)} requests again; reader: {Reader.Told}\n{output}");
        Assert.That(exit, Is.Zero, $"{output}\n{Deployment.Tail()}");
        Assert.That(Reader.Bad, Is.Empty, "a reader was given bytes that were not preserved");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in Proxies) (proxy.Rate, proxy.IsDown) = (0, false);
        foreach (var disk in Disks.Values) disk.Free();
        if (Load is not null) await Load.StopAsync();
        if (Reader is not null) await Reader.StopAsync();
        foreach (var worker in Workers.Where(w => w is not null)) await worker.DisposeAsync();
        if (Catalogue is not null) await Catalogue.DisposeAsync();
        if (Archive is not null) await Archive.DisposeAsync();
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101); // the account of PostgreSQL passes through
        var large = Machine.IsLong ? 16 : 1;
        if (Environment.UserName == "root")
            foreach (var (name, size) in new[] { ("staging", 64 * large), ("store-2", 192 * large), ("database", 640 + 64 * large) })
            {
                Disks[name] = await SmallDisk.MountAsync(Path.Join(_folder, name), size);
                _parts.Add(Disks[name]);
            }
        Database = await DatabaseServer.StartAsync(Directory.CreateDirectory(Path.Join(_folder, "database")).FullName);
        _parts.Add(Database);
        Proxies = await Task.WhenAll(new[] { "S3_ENDPOINT", "S3_SECOND_ENDPOINT" }.Select((gateway, i) => FaultyProxy.StartAsync(Machine.Setting(gateway), Tally, Seed + i)));
        _parts.AddRange(Proxies);
        Archive = await Archive.StartAsync(new DeploymentPlan
        {
            EndpointOf = i => Proxies[i].Address, Buckets = 2, Folders = 1, Database = (Database.Owner, Database.Application), Roles = "api,scheduler",
            PlaceOf = name => Path.Join(_folder, name, "files"),
            Settings = new Dictionary<string, string> { ["Preservation__Fixity__Lease"] = "00:00:06", ["Preservation__Ingest__TaskAfterFailures"] = "1000" },
        });
        Catalogue = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Deployment.Database) { Pooling = false }.ConnectionString); // its server is killed
        for (var i = 0; i < Workers.Length; i++) await RestartWorkerAsync(i);
        Reader = new ConstantReader(Archive, await Archive.AddPrincipalAsync("referenceArchivist", "person", null), Seed);
        Load = new Load(Archive, Reader, Seed);
        Reader.Start(1);
        Load.Start(2);
    }
}
