using System.Collections.Concurrent;
using Preservation.Catalogue;

namespace Preservation.Workflow.Schedule;

/// <summary>Writes down that a job or a worker was at work: at its first time, then each minute at most, and whenever it begins or ceases to fail.</summary>
public sealed class SignsOfLife(CatalogueSessions sessions, TimeProvider clock)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, bool Failed)> _written = [];

    /// <summary>It begins, or goes on.</summary>
    /// <param name="name">Who.</param>
    /// <param name="every">How often it should.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public Task BeginAsync(string name, TimeSpan every, CancellationToken cancellationToken) => WriteAsync(name, every, false, null, cancellationToken);

    /// <summary>It has ended.</summary>
    /// <param name="name">Who.</param>
    /// <param name="every">How often it should.</param>
    /// <param name="problem">Why it failed; null when it did not.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public Task EndAsync(string name, TimeSpan every, string? problem, CancellationToken cancellationToken) => WriteAsync(name, every, true, problem, cancellationToken);

    private async Task WriteAsync(string name, TimeSpan every, bool isEnd, string? problem, CancellationToken cancellationToken)
    {
        var key = name + (isEnd ? "/end" : "/begin");
        var failed = problem is not null;
        if (_written.TryGetValue(key, out var last) && clock.GetUtcNow() - last.At < AtMostEvery && last.Failed == failed) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var write = session.Command("""
            INSERT INTO sign_of_life AS s (name, every, first_at, last_at, ended_at, problem) VALUES ($1, $2, $3, $3, CASE WHEN $4 AND $5::text IS NULL THEN $3 END, $5)
            ON CONFLICT (name) DO UPDATE SET every = excluded.every, last_at = excluded.last_at, ended_at = coalesce(excluded.ended_at, s.ended_at), problem = CASE WHEN $4 THEN excluded.problem ELSE s.problem END
            """, name, every, session.Now, isEnd, problem))
            await write.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        _written[key] = (clock.GetUtcNow(), failed);
    }
}
