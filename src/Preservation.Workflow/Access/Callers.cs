using System.Linq.Expressions;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Turns a credential into a caller.</summary>
public sealed class Callers(CatalogueSessions sessions)
{
    // A day's use is told apart from another's; not every request is worth a write.
    private static readonly TimeSpan SeenToWithin = TimeSpan.FromHours(1);

    /// <summary>The caller an API key proves, or null: unknown, wrong, expired, revoked, or its principal is not valid now.</summary>
    public async Task<Caller?> FindAsync(string? apiKey, CancellationToken cancellationToken) =>
        ApiKey.TryParse(apiKey, out var lookup, out var hash) ? await FindAsync(CredentialKind.ApiKey, lookup, kept => kept is not null && ApiKey.Matches(hash, kept), cancellationToken) : null;

    /// <summary>The caller whom a provider's subject was entered for; null when nobody did, or not any more.</summary>
    public Task<Caller?> FindSubjectAsync(string issuer, string subject, CancellationToken cancellationToken) => FindAsync(CredentialKind.OpenId, LookupOf(issuer, subject), _ => true, cancellationToken);

    /// <summary>The caller whom the key of a certificate was entered for. Whether the certificate holds is its caller's to judge.</summary>
    public Task<Caller?> FindCertificateAsync(ReadOnlyMemory<byte> publicKeyInfo, CancellationToken cancellationToken) => FindAsync(CredentialKind.Certificate, LookupOf(publicKeyInfo.Span), _ => true, cancellationToken);

    /// <summary>What a subject of a provider is found by.</summary>
    public static string LookupOf(string issuer, string subject) => "openid:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));

    /// <summary>What the key of a certificate is found by: a new certificate over the same key is the same credential.</summary>
    public static string LookupOf(ReadOnlySpan<byte> publicKeyInfo) => "x509:" + Convert.ToHexStringLower(SHA256.HashData(publicKeyInfo));

    private async Task<Caller?> FindAsync(CredentialKind kind, string lookup, Func<byte[]?, bool> proves, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var caller = await LoadAsync(session, c => c.Lookup == lookup && c.Kind == kind, proves, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return caller;
    }

    /// <summary>The caller of a credential that holds now, with the grants in force now.</summary>
    internal static async Task<Caller?> LoadAsync(CatalogueSession session, Expression<Func<Credential, bool>> which, Func<byte[]?, bool> proves, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var found = await session.Rows.Credentials.AsNoTracking().Where(which).Where(c => c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now))
            .Join(session.Rows.Principals, c => c.PrincipalId, p => p.Id, (c, p) => new { c.Id, c.SecretHash, Principal = p, SeenAt = session.Rows.PrincipalActivities.Where(a => a.PrincipalId == p.Id).Select(a => (DateTimeOffset?)a.SeenAt).FirstOrDefault() })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null || !proves(found.SecretHash)) return null;
        var principal = found.Principal;
        if (principal.ValidFrom > now || principal.ValidUntil <= now || principal.DisabledAt is not null) return null;
        if (found.SeenAt is not { } seen || now - seen >= SeenToWithin)
        {
            await using var see = session.Command("INSERT INTO principal_activity (principal_id, seen_at) VALUES ($1, $2) ON CONFLICT (principal_id) DO UPDATE SET seen_at = excluded.seen_at", principal.Id, now);
            await see.ExecuteNonQueryAsync(cancellationToken);
        }
        return await WithGrantsAsync(session, principal, now, cancellationToken) with { CredentialId = found.Id };
    }

    /// <summary>A person for whom the service works while he or she is away, with the grants in force now; null when the person is not let in now.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="id">The person.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    internal static async Task<Caller?> OfPersonAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var person = await session.Rows.Principals.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == id && p.Kind == PrincipalKind.Person && p.DisabledAt == null && p.ValidFrom <= now && (p.ValidUntil == null || p.ValidUntil > now), cancellationToken);
        return person is null ? null : await WithGrantsAsync(session, person, now, cancellationToken);
    }

    private static async Task<Caller> WithGrantsAsync(CatalogueSession session, Principal principal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var grants = await session.Rows.RoleGrants.AsNoTracking()
            .Where(g => g.PrincipalId == principal.Id && g.ValidFrom <= now && (g.ValidUntil == null || g.ValidUntil > now))
            .ToListAsync(cancellationToken);
        return new Caller(principal.Id, principal.Kind, principal.Name, principal.AgencyId, [.. grants]);
    }
}
