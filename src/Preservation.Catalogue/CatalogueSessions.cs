using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Preservation.Catalogue;

/// <summary>Opens sessions on the catalogue: one transaction each, bound to one scope.</summary>
/// <param name="dataSource">Connections as the application role.</param>
/// <param name="clock">Dates what the sessions write.</param>
/// <param name="maxSkew">By how much the clock may differ from the database's; null where it is not compared, as with a clock that no machine goes by.</param>
public sealed class CatalogueSessions(NpgsqlDataSource dataSource, TimeProvider clock, TimeSpan? maxSkew = null)
{
    /// <summary>The connections behind the sessions, for <c>LISTEN</c> and set-based SQL of the service itself.</summary>
    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Begins a transaction in which only rows of the scope exist.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    /// <exception cref="ClockSkewException">The clocks differ by more than they may.</exception>
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
                + "set_config('preservation.fonds', $3, true), set_config('preservation.packages', $4, true), set_config('jit', 'off', true), clock_timestamp()", connection, transaction);
            command.Parameters.Add(new() { Value = scope.Everything ? "on" : "off" });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Agencies) });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Fonds) });
            command.Parameters.Add(new() { Value = string.Join(',', scope.Packages) });
            var skew = await SkewAsync(command, cancellationToken);
            var options = new DbContextOptionsBuilder<CatalogueContext>().UseNpgsql(connection).Options;
            var rows = new CatalogueContext(options, scope);
            await rows.Database.UseTransactionAsync(transaction, cancellationToken);
            return new CatalogueSession(connection, transaction, rows, scope, clock, skew);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // How far the database is ahead of the clock. The answer was on its way for a while: only what lies outside of it is skew.
    private async Task<TimeSpan> SkewAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var asked = clock.GetUtcNow();
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        if (maxSkew is not { } most) return TimeSpan.Zero;
        var (database, answered) = (new DateTimeOffset(row.GetDateTime(5)), clock.GetUtcNow());
        var skew = database > answered ? database - answered : database < asked ? database - asked : TimeSpan.Zero;
        return skew.Duration() <= most ? skew : throw new ClockSkewException(answered, database, most);
    }
}
