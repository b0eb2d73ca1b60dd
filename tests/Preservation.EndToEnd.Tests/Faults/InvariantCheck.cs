using System.Text.Json;
using Npgsql;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>Runs the program that checks the invariants over a deployment: it looks at catalogue and stores by itself.</summary>
internal static class InvariantCheck
{
    // What is still on its way to the stores or into the log, and how far all of it has come.
    private const string Rest = """
        SELECT (SELECT count(*) FROM submission WHERE state NOT IN ('Preserved', 'Rejected', 'Returned', 'Tested')), (SELECT count(*) FROM journal_segment WHERE stored_at IS NULL), (SELECT count(*) FROM journal_entry WHERE segment IS NULL),
            (SELECT count(*) FROM evidence_batch WHERE state <> 'Stored'), (SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)), (SELECT count(*) FROM fixity_run WHERE state = 'Running'),
            concat_ws('/', (SELECT count(*) FROM journal_segment), (SELECT count(*) FROM evidence_batch), (SELECT count(*) FROM audit_batch), (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM fixity_problem), (SELECT count(*) FROM copy)),
            concat_ws('; ', (SELECT string_agg(DISTINCT left(last_problem, 300), '; ') FROM submission WHERE state NOT IN ('Preserved', 'Rejected', 'Returned', 'Tested')), (SELECT string_agg(DISTINCT left(last_problem, 300), '; ') FROM evidence_token WHERE state <> 'Proven'),
                (SELECT string_agg(c.store || ' ' || c.state || ' ' || c.last_read_at || ' ' || coalesce(c.lease_until::text, ''), '; ') FROM package_copy c WHERE EXISTS (SELECT FROM fixity_run r WHERE r.state = 'Running' AND c.last_read_at < r.cutoff)))
        """;
    private static readonly string[] Parts = ["submissions on their way", "segments to be stored", "journal entries", "evidence batches", "audit entries to be sealed", "fixity runs"];

    /// <summary>Waits until nothing is being written, runs the program, and does so again if something was written meanwhile. Its exit code and what it printed.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(Deployment deployment, IEnumerable<Sending> acknowledged)
    {
        await using var database = NpgsqlDataSource.Create(deployment.Database);
        while (true)
        {
            var before = await RestAsync(database, deployment);
            var result = await OnceAsync(deployment, acknowledged);
            if (await RestAsync(database, deployment) == before) return result;
        }
    }

    /// <summary>Runs the program on what lies there now.</summary>
    public static async Task<(int Exit, string Output)> OnceAsync(Deployment deployment, IEnumerable<Sending> acknowledged, string? catalogue = null)
    {
        var (list, settings) = (deployment.Scratch("acknowledged.txt"), deployment.Scratch("invariants.json"));
        await File.WriteAllLinesAsync(list, acknowledged.Select(a => a.Line));
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            database = catalogue ?? deployment.Database, acknowledged = list,
            stores = deployment.Stores.Select((name, i) => deployment.IsBucket(i)
                ? (object)new { name, endpoint = Machine.Setting("S3_ENDPOINT"), region = Machine.Setting("S3_REGION"), bucket = deployment.Buckets[i], accessKey = Machine.Setting("S3_ACCESS_KEY"), secretKey = Machine.Setting("S3_SECRET_KEY") }
                : new { name, folder = deployment.FolderOf(i) }),
        }));
        var (exit, output, error) = await Machine.RunAsync(Machine.Invariants, settings);
        Assert.That(exit, Is.EqualTo(0).Or.EqualTo(1), error);
        return (exit, output);
    }

    private static async Task<string> RestAsync(NpgsqlDataSource database, Deployment deployment)
    {
        var (state, open) = ("", "");
        await Eventually.TrueAsync("background work is at rest", async () =>
        {
            await using var command = database.CreateCommand(Rest);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            (state, open) = (reader.GetString(6), $"{string.Join(", ", Parts.Select((p, i) => $"{reader.GetInt64(i)} {p}"))}; {reader.GetString(7)}");
            return Enumerable.Range(0, Parts.Length).All(i => reader.GetInt64(i) == 0);
        }, () => $"{open}\n{deployment.Tail()}");
        return state;
    }
}
