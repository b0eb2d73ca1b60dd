using System.Globalization;
using System.Text;
using Npgsql;

namespace Preservation.Server.Hosting;

/// <summary>
/// The figures an operator watches, in Prometheus' text format: taken from the catalogue when asked, so that every process tells the same and a
/// restart forgets nothing.
/// </summary>
internal sealed class Metrics(NpgsqlDataSource database)
{
    private static readonly (string Name, string Help, string Sql)[] Gauges =
    [
        ("preservation_submissions", "Submissions by state", "SELECT state, count(*) FROM submission GROUP BY state"),
        ("preservation_uploads", "Uploads in pieces by state", "SELECT CASE WHEN state <> 'Open' THEN state WHEN received = length THEN 'Complete' ELSE 'Open' END, count(*) FROM upload GROUP BY 1"),
        ("preservation_upload_bytes", "Bytes of open uploads: announced, and received so far", "SELECT 'announced', coalesce(sum(length), 0) FROM upload WHERE state = 'Open' UNION ALL SELECT 'received', coalesce(sum(received), 0) FROM upload WHERE state = 'Open'"),
        ("preservation_upload_oldest_seconds", "Age of the oldest open upload", "SELECT 'all', coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM upload WHERE state = 'Open'"),
        ("preservation_copies", "Package copies by store and state", "SELECT store || ':' || state, count(*) FROM package_copy GROUP BY 1"),
        ("preservation_copy_oldest_read_seconds", "Age of the oldest proof of a copy, by store", "SELECT store, extract(epoch FROM now() - min(last_read_at)) FROM package_copy GROUP BY store"),
        ("preservation_tasks_open", "Open tasks by kind", "SELECT kind, count(*) FROM task WHERE state = 'Open' GROUP BY kind"),
        ("preservation_audit_unsealed", "Audit entries not yet sealed", "SELECT 'all', count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)"),
        ("preservation_sign_of_life_seconds", "Time since a timer or worker was at work last", "SELECT name, extract(epoch FROM now() - last_at) FROM sign_of_life"),
        ("preservation_canaries_unrepaired", "Canaries that were damaged and are not repaired, by store", "SELECT store, count(*) FROM canary_damage WHERE damaged_at IS NOT NULL AND repaired_at IS NULL GROUP BY store"),
        ("preservation_journal_open", "Journal entries not yet on the stores", "SELECT 'all', count(*) FROM journal_entry WHERE segment IS NULL"),
    ];

    public async Task<IResult> WriteAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var scope = new NpgsqlCommand("SELECT set_config('preservation.everything', 'on', true)", connection, transaction)) await scope.ExecuteNonQueryAsync(cancellationToken);
        foreach (var (name, help, sql) in Gauges)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                text.Append(CultureInfo.InvariantCulture, $"{name}{{key=\"{reader.GetString(0)}\"}} {Convert.ToDouble(reader.GetValue(1), CultureInfo.InvariantCulture)}\n");
        }
        return TypedResults.Text(text.ToString(), "text/plain; version=0.0.4");
    }
}
