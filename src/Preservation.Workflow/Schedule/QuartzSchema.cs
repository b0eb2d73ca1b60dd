using Npgsql;
using Quartz;

namespace Preservation.Workflow.Schedule;

/// <summary>Makes the scheduler's tables from the script that Quartz.NET carries, as the owner role; safe to run again.</summary>
public static class QuartzSchema
{
    private const string Resource = "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql";

    /// <summary>Creates the tables when they are missing and lets the application role use them.</summary>
    public static async Task MigrateAsync(string ownerConnectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ownerConnectionString);
        await using var script = typeof(IScheduler).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"this Quartz.NET carries no {Resource}");
        using var reader = new StreamReader(script);
        // {0} stands for the table prefix, {1} for the prefix of index names; every statement creates only what is missing.
        var sql = (await reader.ReadToEndAsync(cancellationToken)).Replace("{0}", "qrtz_", StringComparison.Ordinal).Replace("{1}", "qrtz_", StringComparison.Ordinal);
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
