using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>
/// One, two and four worker processes at the same fixity run and at the same ingest. Each worker may use one core, so that more of them are like more machines, as far as
/// this machine has cores; the database and the S3 gateway take their part of the same cores. What is read twice in a run is counted in the gateway's own log.
/// </summary>
internal static class WorkerBenchmark
{
    private const int Runs = 3;
    private static readonly int[] Workers = [1, 2, 4];

    public static async Task RunAsync(double scale)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores");
        Console.WriteLine("| work | workers | s | MB/s | ratio to one worker | at least | read twice |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        int Of(int count) => Math.Max(8, (int)(count * scale));
        await FixityAsync("fixity, file system", new GeneratedCopies(0, Of(400), 16, 512 << 10), isS3: false);
        await FixityAsync("fixity, S3", new GeneratedCopies(0, Of(200), 16, 256 << 10), isS3: true);
        await IngestAsync(Of(40));
    }

    private static async Task FixityAsync(string name, GeneratedCopies copies, bool isS3)
    {
        await using var archive = await Archive.StartAsync(new DeploymentPlan { Buckets = isS3 ? 1 : 0, Folders = isS3 ? 1 : 2, Roles = "api", Settings = FixityRuns.Settings });
        await copies.AddAsync(archive.Deployment);
        await using var runs = new FixityRuns(archive);
        var one = 0.0;
        foreach (var count in Workers)
        {
            var workers = Start(archive.Deployment, count);
            try
            {
                var (seconds, bytes, twice) = (new List<double>(), 0L, 0);
                for (var run = 0; run <= Runs; run++)
                {
                    var log = isS3 ? new GatewayLog(archive.Deployment.Buckets[0]) : null;
                    var measure = await runs.RunAsync(count);
                    if (measure.Files != copies.Keys) throw new InvalidOperationException($"{measure.Files} of {copies.Keys} keys were read");
                    twice += log?.Reads().Count(r => r.Value > 1) ?? 0;
                    if (run == 0) continue; // warms the workers
                    seconds.Add(measure.Seconds);
                    bytes = measure.Bytes;
                }
                if (count == 1) one = Program.Median(seconds);
                Write(name, count, Program.Median(seconds), bytes, one, isS3 ? twice.ToString(CultureInfo.InvariantCulture) : "");
            }
            finally
            {
                foreach (var worker in workers) await worker.DisposeAsync();
            }
        }
    }

    // Packages are sent while nobody works on them, and let go all at once.
    private static async Task IngestAsync(int packages)
    {
        await using var archive = await Archive.StartAsync(new DeploymentPlan { Buckets = 0, Folders = 2, Roles = "api", Settings = new Dictionary<string, string> { ["Preservation__Ingest__Lease"] = "00:10:00" } });
        await using var source = NpgsqlDataSource.Create(archive.Deployment.Database);
        await ExecuteAsync(source, """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.not_before := now() + interval '1 day'; RETURN NEW; END $$;
            CREATE TRIGGER hold BEFORE INSERT ON submission FOR EACH ROW EXECUTE FUNCTION hold()
            """);
        var one = 0.0;
        foreach (var count in Workers)
        {
            var seconds = new List<double>();
            var bytes = 0L;
            var workers = Start(archive.Deployment, count);
            try
            {
                for (var run = 0; run <= Runs; run++)
                {
                    var ids = new List<Guid>();
                    bytes = 0;
                    for (var i = 0; i < packages; i++)
                    {
                        var bag = new Bag();
                        for (var f = 0; f < 20; f++) bag.Add($"f{f}.bin", RandomNumberGenerator.GetBytes(256 << 10));
                        var zip = bag.ToZip();
                        bytes += zip.Length;
                        ids.Add(Guid.Parse(await archive.Producer.SubmitAsync(zip, $"bag-{i}.zip")));
                    }
                    await ExecuteAsync(source, "UPDATE submission SET not_before = NULL WHERE not_before IS NOT NULL; NOTIFY preservation_work, 'ingest'");
                    var let = TimeProvider.System.GetUtcNow();
                    foreach (var id in ids) await archive.Producer.FollowAsync(id.ToString(), "preserved");
                    if (run > 0) seconds.Add((await EndAsync(source, ids) - let).TotalSeconds);
                }
                if (count == 1) one = Program.Median(seconds);
                Write("ingest, two folders", count, Program.Median(seconds), bytes, one, "");
            }
            finally
            {
                foreach (var worker in workers) await worker.DisposeAsync();
            }
        }
    }

    private static List<WorkerProcess> Start(Deployment deployment, int count) => [.. Enumerable.Range(0, count).Select(i => deployment.StartWorker(null, i % Environment.ProcessorCount))];

    private static async Task<DateTimeOffset> EndAsync(NpgsqlDataSource source, List<Guid> ids)
    {
        await using var command = source.CreateCommand("SELECT max(ended_at) FROM submission WHERE id = ANY ($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        return (DateTime)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // What four can be to one is what the machine has cores.
    private static void Write(string name, int count, double seconds, long bytes, double one, string twice)
    {
        var atLeast = count == 1 ? "" : (Math.Min(count, Environment.ProcessorCount) * 0.8).ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {count} | {seconds:F2} | {bytes / 1e6 / seconds:F0} | {one / seconds:F2} | {atLeast} | {twice} |"));
    }
}
