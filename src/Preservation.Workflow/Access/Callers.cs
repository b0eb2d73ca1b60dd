using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;

namespace Preservation.Workflow.Access;

/// <summary>Turns a credential into a caller.</summary>
public sealed class Callers(CatalogueSessions sessions)
{
    /// <summary>The caller an API key proves, or null: unknown, wrong, expired, revoked, or its principal is not valid now.</summary>
    public async Task<Caller?> FindAsync(string? apiKey, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(apiKey, out var lookup, out var hash)) return null;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var found = await session.Rows.Credentials.AsNoTracking()
            .Where(c => c.Lookup == lookup && c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now))
            .Join(session.Rows.Principals, c => c.PrincipalId, p => p.Id, (c, p) => new { c.SecretHash, Principal = p })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null || !ApiKey.Matches(hash, found.SecretHash)) return null;
        var principal = found.Principal;
        if (principal.ValidFrom > now || principal.ValidUntil <= now) return null;
        var grants = await session.Rows.RoleGrants.AsNoTracking()
            .Where(g => g.PrincipalId == principal.Id && g.ValidFrom <= now && (g.ValidUntil == null || g.ValidUntil > now))
            .ToListAsync(cancellationToken);
        return new Caller(principal.Id, principal.Kind, principal.Name, principal.AgencyId, [.. grants]);
    }
}
