using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Preservation.Catalogue;

/// <summary>Opens sessions on the catalogue: one transaction each, bound to one scope.</summary>
public sealed class CatalogueSessions(NpgsqlDataSource dataSource, TimeProvider clock)
{
    /// <summary>The connections behind the sessions, for <c>LISTEN</c> and set-based SQL of the service itself.</summary>
    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Begins a transaction in which only rows of the scope exist.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<CatalogueSession> BeginAsync(
        CatalogueScope scope, CancellationToken cancellationToken, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);
            // Row security makes every scan look a thousand times as dear as it is: PostgreSQL would compile for a second what takes milliseconds.
            await using var command = new NpgsqlCommand(
                "SELECT set_config('preservation.everything', $1, true), set_config('preservation.agencies', $2, true), "
                + "set_config('preservation.fonds', $3, true), set_config('preservation.packages', $4, true), set_config('jit', 'off', true)", connection, transaction);
            command.Parameters.Add(new() { Value = scope.Everything ? "on" : "off" });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Agencies) });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Fonds) });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Packages) });
            await command.ExecuteNonQueryAsync(cancellationToken);
            var options = new DbContextOptionsBuilder<CatalogueContext>().UseNpgsql(connection).Options;
            var rows = new CatalogueContext(options, scope);
            await rows.Database.UseTransactionAsync(transaction, cancellationToken);
            return new CatalogueSession(connection, transaction, rows, scope, clock);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
