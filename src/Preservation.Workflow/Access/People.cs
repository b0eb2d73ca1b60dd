using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Switches principals off and on, and tells human beings apart. Each step adds to a session that sees everything; its caller commits.</summary>
public static class People
{
    /// <summary>Are these two principals the same human being? A program counts as the person who is answerable for it.</summary>
    public static async Task<bool> IsSamePersonAsync(CatalogueSession session, Guid one, Guid other, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var compare = session.Command("SELECT person_of($1) = person_of($2)", one, other);
        return (bool)(await compare.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Nothing opens for the principal from now on, and every session ends.</summary>
    public static async Task<RightsOutcome> DisableAsync(CatalogueSession session, Caller caller, Guid id, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2_000) return new RightsOutcome.Invalid("reason", "1 to 2,000 characters");
        if (await HoldAsync(session, id, cancellationToken) is not { } principal) return new RightsOutcome.NotFound();
        if (principal.DisabledAt is not null) return new RightsOutcome.Refused(RightsRefusal.EndedAlready);
        if (await IsLastAdministratorAsync(session, id, cancellationToken)) return new RightsOutcome.Refused(RightsRefusal.LastAdministrator);
        await DisableAsync(session, principal, reason, caller.PrincipalId, cancellationToken);
        return new RightsOutcome.Done(id);
    }

    /// <summary>The principal is let in again; idle days are counted anew.</summary>
    public static async Task<RightsOutcome> EnableAsync(CatalogueSession session, Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        if (await HoldAsync(session, id, cancellationToken) is not { } principal) return new RightsOutcome.NotFound();
        if (principal.DisabledAt is null) return new RightsOutcome.Refused(RightsRefusal.EndedAlready);
        (principal.DisabledAt, principal.DisabledReason) = (null, null);
        session.Audit(caller.PrincipalId, principal.AgencyId, "principal.enable", "principal", id.ToString(), new { });
        await session.FlushAsync(cancellationToken);
        await using (var see = session.Command("INSERT INTO principal_activity (principal_id, seen_at) VALUES ($1, $2) ON CONFLICT (principal_id) DO UPDATE SET seen_at = excluded.seen_at", id, session.Now))
            await see.ExecuteNonQueryAsync(cancellationToken);
        await RightsNotices.RaiseAsync(session, id, RightsChange.Enabled, caller.PrincipalId, cancellationToken);
        return new RightsOutcome.Done(id);
    }

    internal static async Task DisableAsync(CatalogueSession session, Principal principal, string reason, Guid? by, CancellationToken cancellationToken)
    {
        (principal.DisabledAt, principal.DisabledReason) = (session.Now, reason);
        session.Audit(by, principal.AgencyId, "principal.disable", "principal", principal.Id.ToString(), new { reason });
        await session.FlushAsync(cancellationToken);
        await SessionRegister.EndAsync(session, SessionEnd.Revoked, "principal_id = $3", [principal.Id], cancellationToken);
        await RightsNotices.RaiseAsync(session, principal.Id, RightsChange.Disabled, by, cancellationToken);
    }

    /// <summary>Rights of one principal are changed one at a time, so that two requests cannot combine what must stay apart. Administrators are counted under one more lock.</summary>
    internal static async Task<Principal?> HoldAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        await using (var hold = session.Command("SELECT 1 FROM principal WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        return await session.Rows.Principals.SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
    }

    /// <summary>Is the principal the only administrator of the whole archive who can sign in?</summary>
    internal static async Task<bool> IsLastAdministratorAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        await using (var hold = session.Command("SELECT pg_advisory_xact_lock(4242)")) await hold.ExecuteNonQueryAsync(cancellationToken);
        var now = session.Now;
        var administrators = await session.Rows.RoleGrants.Where(g => g.Role == Role.Administrator && g.Scope == GrantScope.Everything && g.ValidFrom <= now && (g.ValidUntil == null || g.ValidUntil > now))
            .Join(session.Rows.Principals.Where(p => p.DisabledAt == null && (p.ValidUntil == null || p.ValidUntil > now)), g => g.PrincipalId, p => p.Id, (g, p) => p.Id).Distinct().ToListAsync(cancellationToken);
        return administrators is [var last] && last == id;
    }
}
