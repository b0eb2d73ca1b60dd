using Npgsql;

namespace Preservation.Invariants;

/// <summary>A key as the catalogue has it.</summary>
internal sealed record CataloguedKey(long Id, Guid Package, string Key, long Bytes, string Sha512, string State);

/// <summary>The catalogue, read by plain SQL in one unchanging view of it.</summary>
internal sealed class Catalogue : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _view;

    private Catalogue(NpgsqlConnection connection, NpgsqlTransaction view) => (_connection, _view) = (connection, view);

    public static async Task<Catalogue> OpenAsync(NpgsqlDataSource source)
    {
        var connection = await source.OpenConnectionAsync();
        var catalogue = new Catalogue(connection, await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead));
        // Row-level security would hide rows from a role that is not the owner.
        await using var everything = new NpgsqlCommand("SELECT set_config('preservation.everything', 'on', true)", connection, catalogue._view);
        await everything.ExecuteNonQueryAsync();
        return catalogue;
    }

    /// <summary>Every row of a query, as strings; null stays null.</summary>
    public async Task<List<string?[]>> RowsAsync(string sql, params object[] parameters)
    {
        var rows = new List<string?[]>();
        await using var reader = await ReadAsync(sql, parameters);
        while (await reader.ReadAsync())
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>The rows themselves, one at a time.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _view);
        foreach (var parameter in parameters) command.Parameters.AddWithValue(parameter);
        return await command.ExecuteReaderAsync();
    }

    public async Task<Dictionary<string, CataloguedKey>> KeysAsync(string store)
    {
        var keys = new Dictionary<string, CataloguedKey>(StringComparer.Ordinal);
        await using var reader = await ReadAsync("SELECT id, package_id, key, bytes, encode(sha512, 'hex'), state FROM copy WHERE store = $1", store);
        while (await reader.ReadAsync())
            keys.Add(reader.GetString(2), new CataloguedKey(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4), reader.GetString(5)));
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        await _view.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
