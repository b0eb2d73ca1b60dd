using System.Collections.Immutable;
using Npgsql;

namespace Preservation.Workflow.Rebuild;

/// <summary>The database that is being made, under its owner, and beside the catalogue a schema that keeps how far the work has come.</summary>
internal sealed class RebuildDatabase(NpgsqlDataSource source)
{
    private const string Schema = """
        CREATE SCHEMA IF NOT EXISTS rebuild;
        CREATE TABLE IF NOT EXISTS rebuild.step (name text PRIMARY KEY, value text);
        CREATE TABLE IF NOT EXISTS rebuild.listed (key text COLLATE "C" PRIMARY KEY, bytes bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS rebuild.object (prefix text PRIMARY KEY, id text, segment bigint, done boolean NOT NULL DEFAULT false);
        CREATE INDEX IF NOT EXISTS object_id ON rebuild.object (id);
        CREATE TABLE IF NOT EXISTS rebuild.segment (number bigint PRIMARY KEY, object_id text NOT NULL, entries bigint NOT NULL, sha512 bytea NOT NULL, created_at timestamptz NOT NULL);
        CREATE TABLE IF NOT EXISTS rebuild.entry (id bigint PRIMARY KEY, at timestamptz NOT NULL, table_name text NOT NULL, operation text NOT NULL, row jsonb NOT NULL);
        CREATE INDEX IF NOT EXISTS entry_table ON rebuild.entry (table_name);
        CREATE TABLE IF NOT EXISTS rebuild.problem (subject text NOT NULL, problem text NOT NULL, PRIMARY KEY (subject, problem));
        CREATE TABLE IF NOT EXISTS rebuild.gap (sentence text PRIMARY KEY);
        """;

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => source.OpenConnectionAsync(cancellationToken);

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await ExecuteAsync(connection, Schema, cancellationToken);
    }

    public async Task<bool> IsDoneAsync(string step, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await ScalarAsync(connection, "SELECT true FROM rebuild.step WHERE name = $1", cancellationToken, step) is true;
    }

    public static Task DoneAsync(NpgsqlConnection connection, string step, string value, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "INSERT INTO rebuild.step (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", cancellationToken, step, value);

    public static Task NoteAsync(NpgsqlConnection connection, string subject, string problem, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "INSERT INTO rebuild.problem (subject, problem) VALUES ($1, $2) ON CONFLICT DO NOTHING", cancellationToken, subject, problem);

    public static Task LackAsync(NpgsqlConnection connection, string sentence, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "INSERT INTO rebuild.gap (sentence) VALUES ($1) ON CONFLICT DO NOTHING", cancellationToken, sentence);

    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? value : null;
    }

    /// <summary>Rows of text columns; few of them.</summary>
    public static async Task<ImmutableArray<string?[]>> RowsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<string?[]>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
        return rows.ToImmutable();
    }

    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }
}
