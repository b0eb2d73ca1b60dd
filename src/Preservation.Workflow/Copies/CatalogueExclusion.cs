using Npgsql;

namespace Preservation.Workflow.Copies;

/// <summary>
/// Makes a process the only writer of a key of a store, by an advisory lock of PostgreSQL: for stores whose server does not honour conditions. The lock ends with
/// its connection; what such a store replaced meanwhile is still there as a version.
/// </summary>
internal sealed class CatalogueExclusion(NpgsqlDataSource database, string store)
{
    public async Task<IAsyncDisposable> TakeAsync(string key, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            // Held by the session of this connection until it is given back.
            await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended($1, 20261123))", connection) { CommandTimeout = 0 };
            take.Parameters.Add(new() { Value = store + "\n" + key });
            await take.ExecuteNonQueryAsync(cancellationToken);
            return new Taken(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class Taken(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
                await release.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }
}
