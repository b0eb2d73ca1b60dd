using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Access;

/// <summary>
/// Sessions of the pages, kept at the server: what ends one there ends it everywhere. Each request asks anew whether the credential and the principal hold, and which
/// grants are in force.
/// </summary>
public sealed class SessionRegister(CatalogueSessions sessions, IOptions<PreservationOptions> options)
{
    private readonly PeopleOptions _terms = options.Value.People;

    /// <summary>Begins a session; the person's oldest ones end when there are too many.</summary>
    public async Task<Guid> BeginAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        // Two sign-ins at once are counted one after the other.
        await using (var hold = session.Command("SELECT 1 FROM principal WHERE id = $1 FOR UPDATE", caller.PrincipalId)) await hold.ExecuteNonQueryAsync(cancellationToken);
        await EndAsync(session, SessionEnd.Rested, "principal_id = $3 AND last_seen_at <= $4", [caller.PrincipalId, now - _terms.IdleAfter], cancellationToken);
        await EndAsync(session, SessionEnd.TooMany, "id IN (SELECT id FROM page_session WHERE principal_id = $3 AND ended_at IS NULL ORDER BY began_at DESC, id DESC OFFSET $4)", [caller.PrincipalId, _terms.SessionsPerPerson - 1], cancellationToken);
        var row = new PageSession { Id = Guid.NewGuid(), PrincipalId = caller.PrincipalId, CredentialId = caller.CredentialId, BeganAt = now, LastSeenAt = now };
        session.Rows.PageSessions.Add(row);
        session.Audit(caller.PrincipalId, caller.AgencyId, "session.begin", "principal", caller.PrincipalId.ToString(), new { credential = caller.CredentialId });
        await session.CommitAsync(cancellationToken);
        return row.Id;
    }

    /// <summary>The caller of a session that goes on by this request; null when it ended, and from then on for good.</summary>
    public async Task<Caller?> ResumeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var row = await session.Rows.PageSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.EndedAt == null, cancellationToken);
        if (row is null) return null;
        var caller = await Callers.LoadAsync(session, c => c.Id == row.CredentialId && c.PrincipalId == row.PrincipalId, _ => true, cancellationToken);
        var idle = caller?.Has(Role.Administrator) == true ? _terms.AdministratorIdleAfter : _terms.IdleAfter;
        var end = caller is null ? SessionEnd.Revoked : now - row.BeganAt >= _terms.SessionAtMost ? SessionEnd.TooLong : now - row.LastSeenAt >= idle ? SessionEnd.Rested : null;
        if (end is not null) await EndAsync(session, end, "id = $3", [id], cancellationToken);
        else
        {
            await using var go = session.Command("UPDATE page_session SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL", id, now);
            if (await go.ExecuteNonQueryAsync(cancellationToken) == 0) return null; // it was ended just now
        }
        await session.CommitAsync(cancellationToken);
        return end is null ? caller : null;
    }

    /// <summary>Ends a session because its person signed out.</summary>
    public async Task SignOutAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var owner = await session.Rows.PageSessions.Where(s => s.Id == id).Select(s => (Guid?)s.PrincipalId).SingleOrDefaultAsync(cancellationToken);
        if (owner is null || await EndAsync(session, SessionEnd.SignedOut, "id = $3", [id], cancellationToken) == 0) return;
        session.Audit(owner, null, "session.end", "principal", owner.Value.ToString(), new { });
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Ends the open sessions that a condition over <c>$3</c> and following names.</summary>
    internal static async Task<int> EndAsync(CatalogueSession session, string reason, string condition, object[] parameters, CancellationToken cancellationToken)
    {
        await using var end = session.Command($"UPDATE page_session SET ended_at = $1, end_reason = $2 WHERE ended_at IS NULL AND {condition}", [session.Now, reason, .. parameters]);
        return await end.ExecuteNonQueryAsync(cancellationToken);
    }
}
