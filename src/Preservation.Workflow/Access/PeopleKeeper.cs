using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Access;

/// <summary>Switches off persons who did not sign in for long, and clears away sessions and failures that are over.</summary>
public sealed class PeopleKeeper(CatalogueSessions sessions, IOptions<PreservationOptions> options)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Looks once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var terms = options.Value.People;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        // Whoever was not seen yet, such as after a rebuild, is counted from the first look on.
        await DoAsync(session, "INSERT INTO principal_activity (principal_id, seen_at) SELECT p.id, greatest(p.valid_from, $1) FROM principal p WHERE NOT EXISTS (SELECT FROM principal_activity a WHERE a.principal_id = p.id)", [now], cancellationToken);
        var before = now.AddDays(-terms.DisabledAfterDays);
        // Row by row under its lock: whoever signs in at this moment is seen, and stays.
        var idle = await session.Rows.Principals.Where(p => p.Kind == PrincipalKind.Person && p.DisabledAt == null && (p.ValidUntil == null || p.ValidUntil > now))
            .Join(session.Rows.PrincipalActivities.Where(a => a.SeenAt <= before), p => p.Id, a => a.PrincipalId, (p, a) => new { p.Id, a.SeenAt }).OrderBy(p => p.SeenAt).Select(p => p.Id).ToListAsync(cancellationToken);
        foreach (var id in idle)
        {
            var principal = (await People.HoldAsync(session, id, cancellationToken))!;
            if (await session.Rows.PrincipalActivities.AnyAsync(a => a.PrincipalId == id && a.SeenAt > before, cancellationToken) || await People.IsLastAdministratorAsync(session, id, cancellationToken)) continue;
            await People.DisableAsync(session, principal, string.Create(CultureInfo.InvariantCulture, $"not signed in for {terms.DisabledAfterDays} days"), null, cancellationToken);
        }
        await SessionRegister.EndAsync(session, SessionEnd.TooLong, "began_at <= $3", [now - terms.SessionAtMost], cancellationToken);
        await SessionRegister.EndAsync(session, SessionEnd.Rested, "last_seen_at <= $3", [now - terms.IdleAfter], cancellationToken);
        await DoAsync(session, "DELETE FROM page_session WHERE ended_at < $1", [now - Kept], cancellationToken);
        await DoAsync(session, "DELETE FROM proof_failure WHERE last_at < $1 AND (blocked_until IS NULL OR blocked_until < $2)", [now - terms.FailuresForgotten, now], cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static async Task DoAsync(CatalogueSession session, string sql, object[] parameters, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
