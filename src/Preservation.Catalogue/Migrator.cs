using System.Reflection;
using Npgsql;

namespace Preservation.Catalogue;

/// <summary>Brings a database to the version of this program: numbered SQL files, each once, under a lock, as the owner role.</summary>
public static class Migrator
{
    private const long MigrationLock = 0x5052_4553_4D49_47;
    private const string Prefix = "Preservation.Catalogue.Migrations.";

    /// <summary>The newest version this program knows.</summary>
    public static int NewestVersion => Scripts().Max(s => s.Version);

    /// <summary>Applies what is missing; returns the versions applied now.</summary>
    /// <exception cref="PostgresException">A script failed; its transaction was rolled back and the database is as before it.</exception>
    public static async Task<IReadOnlyList<int>> MigrateAsync(string ownerConnectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", cancellationToken);
        var current = await CurrentVersionAsync(connection, cancellationToken);
        var applied = new List<int>();
        foreach (var (version, name, sql) in Scripts().Where(s => s.Version > current).OrderBy(s => s.Version))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, sql, cancellationToken);
            await using var record = new NpgsqlCommand("INSERT INTO schema_version (version, name) VALUES ($1, $2)", connection, transaction);
            record.Parameters.Add(new() { Value = version });
            record.Parameters.Add(new() { Value = name });
            await record.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            applied.Add(version);
        }
        return applied;
    }

    /// <summary>The version of the database, 0 when it is empty.</summary>
    public static async Task<int> CurrentVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(int Version, string Name, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = resource[Prefix.Length..];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }
}
