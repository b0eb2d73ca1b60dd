using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;

namespace Preservation.Workflow.Access;

/// <summary>Turns a credential into a caller.</summary>
public sealed class Callers(CatalogueSessions sessions)
{
    /// <summary>The caller an API key proves, or null: unknown, wrong, expired, revoked, or its principal is not valid now.</summary>
    public async Task<Caller?> FindAsync(string? apiKey, CancellationToken cancellationToken) =>
        ApiKey.TryParse(apiKey, out var lookup, out var hash) ? await LoadAsync(lookup, (secret, _) => ApiKey.Matches(hash, secret), cancellationToken) : null;

    /// <summary>
    /// The caller of a session that was opened with a key: null as soon as the key is revoked or expired or its principal is not valid any more.
    /// The grants are those in force now, not those of the sign-in.
    /// </summary>
    public Task<Caller?> ResumeAsync(Guid principalId, string lookup, CancellationToken cancellationToken) =>
        LoadAsync(lookup, (_, owner) => owner == principalId, cancellationToken);

    private async Task<Caller?> LoadAsync(string lookup, Func<byte[], Guid, bool> proves, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var found = await session.Rows.Credentials.AsNoTracking()
            .Where(c => c.Lookup == lookup && c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now))
            .Join(session.Rows.Principals, c => c.PrincipalId, p => p.Id, (c, p) => new { c.SecretHash, Principal = p })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null || !proves(found.SecretHash, found.Principal.Id)) return null;
        var principal = found.Principal;
        if (principal.ValidFrom > now || principal.ValidUntil <= now) return null;
        var grants = await session.Rows.RoleGrants.AsNoTracking()
            .Where(g => g.PrincipalId == principal.Id && g.ValidFrom <= now && (g.ValidUntil == null || g.ValidUntil > now))
            .ToListAsync(cancellationToken);
        return new Caller(principal.Id, principal.Kind, principal.Name, principal.AgencyId, [.. grants]);
    }
}
