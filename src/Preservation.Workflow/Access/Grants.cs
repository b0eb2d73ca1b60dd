using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Gives and ends roles. Each step adds to a session that sees everything; its caller commits.</summary>
public static class Grants
{
    /// <summary>Grants a role, unless the principal holds one at the same time that must be kept apart from it.</summary>
    public static async Task<RightsOutcome> GiveAsync(CatalogueSession session, Caller caller, Guid principalId, GrantTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(terms);
        var now = session.Now;
        var (from, until) = ((terms.ValidFrom ?? now).ToUniversalTime(), terms.ValidUntil?.ToUniversalTime());
        if (Wrong(terms, from, until, now) is { } wrong) return wrong;
        if (await PlaceAsync(session, terms, cancellationToken) is { } place) return place;
        if (await People.HoldAsync(session, principalId, cancellationToken) is not { } principal) return new RightsOutcome.NotFound();
        if (!Duties.MayHold(principal.Kind, terms.Role)) return new RightsOutcome.Refused(RightsRefusal.NotForPrograms);
        if (principalId == caller.PrincipalId || principal.ResponsibleId == caller.PrincipalId) return new RightsOutcome.Refused(RightsRefusal.OwnRights);
        var held = await session.Rows.RoleGrants.Where(g => g.PrincipalId == principalId && (until == null || g.ValidFrom < until) && (g.ValidUntil == null || g.ValidUntil > from)).Select(g => g.Role).ToListAsync(cancellationToken);
        if (Duties.Conflict(held, terms.Role) is { } conflict) return new RightsOutcome.Refused(RightsRefusal.DutiesKeptApart, conflict);
        var grant = new RoleGrant
        {
            Id = Guid.CreateVersion7(now), PrincipalId = principalId, Role = terms.Role, Scope = terms.Scope, AgencyId = terms.AgencyId, FondsId = terms.FondsId, PackageId = terms.PackageId,
            ValidFrom = from, ValidUntil = until, Basis = terms.Basis, GrantedBy = caller.PrincipalId, CreatedAt = now,
        };
        session.Rows.RoleGrants.Add(grant);
        session.Audit(caller.PrincipalId, terms.AgencyId, "grant.create", "principal", principalId.ToString(), terms);
        await session.FlushAsync(cancellationToken);
        await RightsNotices.RaiseAsync(session, principalId, RightsChange.GrantGiven, caller.PrincipalId, cancellationToken, grant: grant.Id);
        return new RightsOutcome.Done(grant.Id);
    }

    /// <summary>Ends a grant now; one that was to begin later never does.</summary>
    public static async Task<RightsOutcome> EndAsync(CatalogueSession session, Caller caller, Guid principalId, Guid grantId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        if (await People.HoldAsync(session, principalId, cancellationToken) is null) return new RightsOutcome.NotFound();
        var grant = await session.Rows.RoleGrants.SingleOrDefaultAsync(g => g.Id == grantId && g.PrincipalId == principalId, cancellationToken);
        if (grant is null) return new RightsOutcome.NotFound();
        var now = session.Now;
        if (grant.ValidUntil <= now) return new RightsOutcome.Refused(RightsRefusal.EndedAlready);
        if (grant is { Role: Role.Administrator, Scope: GrantScope.Everything } && await People.IsLastAdministratorAsync(session, principalId, cancellationToken)) return new RightsOutcome.Refused(RightsRefusal.LastAdministrator);
        grant.ValidUntil = now;
        if (grant.ValidFrom > now) grant.ValidFrom = now;
        session.Audit(caller.PrincipalId, grant.AgencyId, "grant.end", "principal", principalId.ToString(), new { grantId });
        await session.FlushAsync(cancellationToken);
        await RightsNotices.RaiseAsync(session, principalId, RightsChange.GrantEnded, caller.PrincipalId, cancellationToken, grant: grantId);
        return new RightsOutcome.Done(grantId);
    }

    private static RightsOutcome.Invalid? Wrong(GrantTerms terms, DateTimeOffset from, DateTimeOffset? until, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(terms.Basis) || terms.Basis.Length > 2_000) return new("basis", "a grant names its legal basis in 1 to 2,000 characters");
        if (until <= from || until <= now) return new("validUntil", "a grant ends after it begins, and not in the past");
        var targets = (terms.AgencyId, terms.FondsId, terms.PackageId);
        var fits = terms.Scope switch
        {
            GrantScope.Everything => targets is (null, null, null),
            GrantScope.Agency => targets is ({ }, null, null),
            GrantScope.Fonds => targets is (null, { }, null),
            _ => targets is (null, null, { }),
        };
        return fits ? null : new("scope", "name exactly the agency, fonds or package that the scope speaks of");
    }

    private static async Task<RightsOutcome.Invalid?> PlaceAsync(CatalogueSession session, GrantTerms terms, CancellationToken cancellationToken)
    {
        if (terms.AgencyId is { } agency && !await session.Rows.Agencies.AnyAsync(a => a.Id == agency, cancellationToken)) return new("agencyId", "no such agency");
        if (terms.FondsId is { } fonds && !await session.Rows.Fonds.AnyAsync(f => f.Id == fonds, cancellationToken)) return new("fondsId", "no such fonds");
        return terms.PackageId is { } package && !await session.Rows.Packages.AnyAsync(p => p.Id == package, cancellationToken) ? new("packageId", "no such package") : null;
    }
}
