using System.Collections.Concurrent;
using Npgsql;
using Preservation.EndToEnd.Tests.Faults;

namespace Preservation.EndToEnd.Tests;

internal sealed class WorkerTests
{
    private const int Workers = 4;
    private const int Bags = 10;

    /// <summary>Each store is reached through a proxy that counts, and that holds every reading back until all four workers have claimed copies.</summary>
    [Test]
    public async Task Four_workers_at_one_fixity_run_read_every_object_once()
    {
        await using var first = await FaultyProxy.StartAsync(Machine.Setting("S3_ENDPOINT"), new FaultTally(), Machine.Seed);
        await using var second = await FaultyProxy.StartAsync(Machine.Setting("S3_ENDPOINT"), new FaultTally(), Machine.Seed);
        await using var archive = await Archive.StartAsync(new DeploymentPlan { EndpointOf = i => i == 0 ? first.Address : second.Address, Roles = "api", Settings = new Dictionary<string, string> { ["Preservation__Fixity__Lease"] = "00:10:00" } });
        var workers = new List<WorkerProcess> { archive.Deployment.StartWorker(null) };
        await using var source = NpgsqlDataSource.Create(archive.Deployment.Database);
        try
        {
            for (var i = 0; i < Bags; i++)
            {
                var submission = await archive.Producer.SubmitAsync(new Bag().Add("a.txt", $"một {i}").Add("b.txt", $"hai {i}").Add("c.bin", new string('x', 100_000 + i)).ToZip(), $"bag-{i}.zip");
                await archive.Producer.FollowAsync(submission, "preserved");
            }
            while (workers.Count < Workers) workers.Add(archive.Deployment.StartWorker(null));

            var reads = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var proxy in new[] { first, second })
                proxy.OnRequest = async request =>
                {
                    if (request.Method != "GET" || !request.Path.Value!.Contains("/ocfl/", StringComparison.Ordinal)) return;
                    reads.AddOrUpdate(request.Path.Value!, 1, (_, before) => before + 1);
                    await release.Task.WaitAsync(request.HttpContext.RequestAborted);
                };
            var run = (await archive.Officer.PostAsync("/api/v1/fixity/runs", new { })).GetProperty("id").GetGuid();
            // Two readers a worker, and each begins with one copy.
            await Eventually.TrueAsync("all workers have claimed", async () => await CountAsync(source, "SELECT count(*) FROM package_copy WHERE lease_until IS NOT NULL") == Workers * 2, archive.Deployment.Tail);
            release.SetResult();
            await Eventually.TrueAsync("the run is over", async () => await CountAsync(source, $"SELECT count(*) FROM fixity_run WHERE id = '{run}' AND state = 'Ended'") == 1, archive.Deployment.Tail);

            Assert.That(reads.Where(r => r.Value > 1).Select(r => $"{r.Key} {r.Value}"), Is.Empty, "nothing is read twice");
            Assert.That(reads, Has.Count.EqualTo(await CountAsync(source, "SELECT count(*) FROM copy")), "and everything once");
            Assert.That(await CountAsync(source, $"SELECT files_read FROM fixity_run WHERE id = '{run}'"), Is.EqualTo(reads.Count));
            Assert.That(await CountAsync(source, $"SELECT count(*) FROM fixity_result WHERE run_id = '{run}'"), Is.EqualTo(await CountAsync(source, "SELECT count(*) FROM package_copy")));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
