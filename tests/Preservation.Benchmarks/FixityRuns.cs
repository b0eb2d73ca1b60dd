using Npgsql;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>Carries out fixity runs through the API and says what they took.</summary>
internal sealed class FixityRuns(Archive archive) : IAsyncDisposable
{
    /// <summary>Longer than any run: nothing is read a second time because its reader was slow.</summary>
    public static readonly Dictionary<string, string> Settings = new() { ["Preservation__Fixity__Lease"] = "06:00:00", ["Preservation__Fixity__Canaries__Enabled"] = "false" };

    // Readers of a worker process, by its defaults.
    private const int Readers = 4;

    private static readonly TimeSpan Lease = TimeSpan.FromHours(6);
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(archive.Deployment.Database);

    /// <summary>Reads every copy once, by the workers that are running.</summary>
    /// <param name="workers">How many there are.</param>
    public async Task<FixityMeasure> RunAsync(int workers)
    {
        var before = await ActiveAsync();
        var run = (await archive.Officer.PostAsync("/api/v1/fixity/runs", new { })).GetProperty("id").GetGuid();
        DateTime? begun = null;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            await using var look = _source.CreateCommand("SELECT (SELECT min(lease_until) FROM package_copy WHERE lease_until IS NOT NULL), ended_at, files_read, bytes_read, problems FROM fixity_run WHERE id = $1");
            look.Parameters.Add(new() { Value = run });
            await using (var row = await look.ExecuteReaderAsync())
            {
                await row.ReadAsync();
                // A lease is given at the moment of the first claim.
                if (begun is null && !await row.IsDBNullAsync(0)) begun = row.GetDateTime(0) - Lease;
                if (!await row.IsDBNullAsync(1))
                {
                    if (row.GetInt64(4) > 0) throw new InvalidOperationException($"{row.GetInt64(4)} problems were found");
                    var seconds = (row.GetDateTime(1) - (begun ?? throw new InvalidOperationException("the run was over before it was seen: more is to be read"))).TotalSeconds;
                    var (files, bytes) = (row.GetInt64(2), row.GetInt64(3));
                    await row.DisposeAsync();
                    return new FixityMeasure(seconds, files, bytes, (await ActiveAsync() - before) / 1000 / (seconds * workers * Readers));
                }
            }
            await pause.WaitForNextTickAsync();
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // How long PostgreSQL was at work on statements of this database, in milliseconds. Backends tell it every second at most.
    private async Task<double> ActiveAsync()
    {
        double last = -1;
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(1.5));
        while (await pause.WaitForNextTickAsync())
        {
            await using var command = _source.CreateCommand("SELECT active_time FROM pg_stat_database WHERE datname = current_database()");
            var now = (double)(await command.ExecuteScalarAsync())!;
            if (now - last < 50) return now;
            last = now;
        }
        return last;
    }
}

/// <summary>What a run took.</summary>
/// <param name="Seconds">From the first claim to the end of the run.</param>
/// <param name="Files">Keys read.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="CatalogueShare">The time PostgreSQL was at work, over the time of all readers.</param>
internal sealed record FixityMeasure(double Seconds, long Files, long Bytes, double CatalogueShare);
