using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core.Digests;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Which authority is asked next: the first one, in the operator's order, that is not resting after failures and has quota left. What is taken counts before
/// it is used, in the catalogue, so that several processes and restarts keep to it together.
/// </summary>
public sealed class AuthorityStandings(CatalogueSessions sessions, IOptions<PreservationOptions> options)
{
    private const int MostDoublings = 20;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>The authority to ask now; null when none may be asked.</summary>
    /// <param name="algorithm">Function of the imprint.</param>
    /// <param name="taken">Groups that vouch for the tree already.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<TimeStampAuthorityOptions?> TakeAsync(DigestAlgorithm algorithm, IReadOnlyCollection<string> taken, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var authority in _options.InOrder)
        {
            if (taken.Contains(authority.Independence) || (authority.Algorithms.Count > 0 && authority.Algorithms.All(a => DigestAlgorithm.Find(a) != algorithm))) continue;
            await using var take = session.Command("""
                INSERT INTO time_stamp_authority AS a (name, day, asked) VALUES ($1, $2, 1)
                ON CONFLICT (name) DO UPDATE SET asked = CASE WHEN a.day = $2 THEN a.asked + 1 ELSE 1 END, day = $2
                WHERE (a.not_before IS NULL OR a.not_before <= $3) AND ($4 = 0 OR a.day IS DISTINCT FROM $2 OR a.asked < $4)
                """, authority.Name, DateOnly.FromDateTime(session.Now.UtcDateTime), session.Now, authority.QuotaPerDay);
            if (await take.ExecuteNonQueryAsync(cancellationToken) == 0) continue;
            await session.CommitAsync(cancellationToken);
            return authority;
        }
        return null;
    }

    /// <summary>Notes a good answer.</summary>
    public Task SucceededAsync(TimeStampAuthorityOptions authority, CancellationToken cancellationToken) => NoteAsync(authority, null, cancellationToken);

    /// <summary>Notes a failure: the authority rests, twice as long after each one, and not for the same time in every process.</summary>
    public Task FailedAsync(TimeStampAuthorityOptions authority, string problem, CancellationToken cancellationToken) => NoteAsync(authority, problem, cancellationToken);

    /// <summary>The authority of that name, as configured now.</summary>
    public TimeStampAuthorityOptions? Find(string? name) => _options.InOrder.FirstOrDefault(a => a.Name == name);

    /// <summary>Is there an authority outside of these groups.</summary>
    public bool HasOther(IReadOnlyCollection<string> groups) => _options.InOrder.Any(a => !groups.Contains(a.Independence));

    private async Task NoteAsync(TimeStampAuthorityOptions authority, string? problem, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(authority);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var row = await session.Rows.TimeStampAuthorities.FindAsync([authority.Name], cancellationToken) ?? throw new InvalidOperationException("an authority is taken before it is judged");
        row.Failures = problem is null ? 0 : row.Failures + 1;
        row.NotBefore = problem is null ? null : session.Now + Rest(row.Failures);
        row.LastProblem = problem;
        if (problem is null) row.LastAnswerAt = session.Now;
        await session.CommitAsync(cancellationToken);
    }

    private TimeSpan Rest(int failures)
    {
        var longest = Math.Min(_options.RetryAtMost.TotalSeconds, _options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, MostDoublings)));
        return TimeSpan.FromSeconds(longest * (0.75 + 0.25 * Random.Shared.NextDouble()));
    }
}
