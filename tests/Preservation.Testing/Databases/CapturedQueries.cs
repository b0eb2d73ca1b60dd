using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Preservation.Catalogue;

namespace Preservation.Testing.Databases;

/// <summary>Sessions whose SQL is noted with its values as it is carried out, so that the plans of the service's own queries can be asked for, whoever wrote them.</summary>
public sealed class CapturedQueries : ILoggerFactory, ILogger, IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Sql, NpgsqlParameter[] Values)> _queries = new();
    private readonly NpgsqlDataSource _source;

    /// <param name="application">Connection string of the application role.</param>
    public CapturedQueries(string application)
    {
        _source = new NpgsqlDataSourceBuilder(application).UseLoggerFactory(this).EnableParameterLogging().Build();
        Sessions = new CatalogueSessions(_source, TimeProvider.System);
    }

    /// <summary>Sessions that are listened to.</summary>
    public CatalogueSessions Sessions { get; }

    /// <summary>The plans of what was asked since the last call, with its SQL; what the question changes is undone. Only what reads or changes one of the tables is told.</summary>
    /// <param name="scope">Whose rows the questions saw.</param>
    /// <param name="tables">Names of tables.</param>
    /// <param name="isCarriedOut">Carry the queries out, and tell how many rows came from where and in what time.</param>
    public async Task<IReadOnlyList<(string Sql, string Plan)>> ExplainAsync(CatalogueScope scope, IReadOnlyCollection<string> tables, bool isCarriedOut)
    {
        var plans = new List<(string, string)>();
        while (_queries.TryDequeue(out var query))
        {
            if (!tables.Any(t => query.Sql.Contains(t, StringComparison.Ordinal)) || query.Sql.StartsWith("INSERT INTO audit", StringComparison.Ordinal)) continue;
            await using var session = await new CatalogueSessions(_source, TimeProvider.System).BeginAsync(scope, default);
            if (query.Sql.StartsWith("WITH plans", StringComparison.Ordinal)) await SetAsync(session, "SET LOCAL enable_sort = off");
            await using var explain = session.Command($"EXPLAIN (COSTS OFF{(isCarriedOut ? ", ANALYZE, TIMING OFF" : "")}) {query.Sql}");
            explain.Parameters.AddRange(query.Values);
            var lines = new List<string>();
            await using (var reader = await explain.ExecuteReaderAsync())
                while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
            plans.Add((query.Sql, string.Join('\n', lines)));
        }
        return plans;
    }

    // As the report sets it for its own summaries.
    private static async Task SetAsync(CatalogueSession session, string sql)
    {
        await using var set = session.Command(sql);
        await set.ExecuteNonQueryAsync();
    }

    /// <summary>Forgets what was asked so far.</summary>
    public void Clear() => _queries.Clear();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> parts) return;
        var sql = parts.FirstOrDefault(p => p.Key == "CommandText").Value as string;
        if (sql is null || sql.StartsWith("EXPLAIN", StringComparison.Ordinal) || sql.StartsWith("SELECT set_config", StringComparison.Ordinal)) return;
        var values = parts.FirstOrDefault(p => p.Key == "Parameters").Value is System.Collections.IEnumerable list ? list.Cast<object?>().Select(ValueOf).ToArray() : [];
        _queries.Enqueue((sql, values));
    }

    // Npgsql notes a null as a word, and a list in brackets, of which only the first are named: it is given back as text whose type the question says.
    private static NpgsqlParameter ValueOf(object? noted)
    {
        if (noted is "NULL") return new() { Value = DBNull.Value };
        if (noted is not string { Length: > 1 } text || text[0] != '[' || text[^1] != ']') return new() { Value = noted };
        var items = text[1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries).Where(i => i.Trim('.', '…', ' ').Length > 0);
        return new() { Value = $"{{{string.Join(',', items.Select(i => $"\"{i}\""))}}}", NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
