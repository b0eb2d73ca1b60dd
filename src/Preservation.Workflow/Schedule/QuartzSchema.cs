using Npgsql;
using Quartz;

namespace Preservation.Workflow.Schedule;

/// <summary>Makes the scheduler's tables from the script that Quartz.NET carries, as the owner role, once.</summary>
public static class QuartzSchema
{
    private const string Resource = "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql";

    /// <summary>Creates the tables when they are missing and lets the application role use them.</summary>
    public static async Task MigrateAsync(string ownerConnectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ownerConnectionString);
        await using (var exists = source.CreateCommand("SELECT to_regclass('qrtz_triggers') IS NOT NULL"))
            if (await exists.ExecuteScalarAsync(cancellationToken) is true) return;
        await using var script = typeof(IScheduler).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"this Quartz.NET carries no {Resource}");
        using var reader = new StreamReader(script);
        var sql = await reader.ReadToEndAsync(cancellationToken);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var create = new NpgsqlCommand(sql, connection, transaction)) await create.ExecuteNonQueryAsync(cancellationToken);
        await using (var grant = new NpgsqlCommand("""
            DO $$ DECLARE t text; BEGIN
                FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'qrtz\_%' LOOP
                    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO preservation_app', t);
                END LOOP;
            END $$
            """, connection, transaction)) await grant.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
