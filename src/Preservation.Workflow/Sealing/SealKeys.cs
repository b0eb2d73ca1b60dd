using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Sealing;

/// <summary>
/// The keys that seal, published for as long as receipts are kept, and their revocation. A receipt under a revoked key stays provable: by an evidence record
/// whose time-stamp is older than the revocation, and by its entry in the audit log below what other receipts saw.
/// </summary>
public sealed class SealKeys(CatalogueSessions sessions, Signer signer)
{
    /// <summary>Enters the configured keys, and makes sure that the one of now can be reached and is its certificate's.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">No key seals now, or it is another one than its certificate's.</exception>
    /// <exception cref="Pkcs11.Pkcs11Exception">The token refuses or is not there.</exception>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var key in signer.Keys)
        {
            await using var insert = session.Command("""
                INSERT INTO seal_key (id, certificate, algorithm, valid_from, valid_until, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (id) DO UPDATE SET valid_until = excluded.valid_until WHERE seal_key.valid_until <> excluded.valid_until
                """, key.Id, key.Certificate.RawData, Algorithm(key.Certificate), key.From, key.Until, session.Now);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        signer.Prove(await RevokedAsync(session, cancellationToken));
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Keys whose revocation is confirmed and in force: none of them seals any more.</summary>
    internal static async Task<IReadOnlyCollection<string>> RevokedAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        var now = session.Now;
        return await session.Rows.SealKeyRevocations.Where(r => r.ConfirmedAt != null && r.RevokedAt <= now).Select(r => r.KeyId).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>Announces a revocation; nothing changes before another person confirms.</summary>
    /// <param name="sessions">The catalogue.</param>
    /// <param name="person">Who says so.</param>
    /// <param name="key">The key's id.</param>
    /// <param name="from">From when on it is revoked.</param>
    /// <param name="compromise">The key may be in foreign hands.</param>
    /// <param name="reason">Why, for those who come later.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The announcement; null when there is no such key.</returns>
    /// <exception cref="ArgumentException">The reason is empty or too long.</exception>
    public static async Task<Guid?> AnnounceAsync(CatalogueSessions sessions, Guid person, string key, DateTimeOffset from, bool compromise, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > 2000) throw new ArgumentException("the reason is too long", nameof(reason));
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (!await session.Rows.SealKeys.AnyAsync(k => k.Id == key, cancellationToken)) return null;
        var row = new SealKeyRevocation
        {
            Id = Guid.CreateVersion7(session.Now), KeyId = key, RevokedAt = from.ToUniversalTime(), Compromise = compromise, Reason = reason, AnnouncedBy = person, AnnouncedAt = session.Now,
        };
        session.Rows.SealKeyRevocations.Add(row);
        session.Audit(person, null, "sealKey.revocation", "sealKey", key, new { row.Id, from, compromise, reason });
        await session.CommitAsync(cancellationToken);
        return row.Id;
    }

    /// <summary>Confirms; false when there is no such open announcement, or the person is the one who made it.</summary>
    public static async Task<bool> ConfirmAsync(CatalogueSessions sessions, Guid person, Guid revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var confirm = session.Command("UPDATE seal_key_revocation SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1 AND confirmed_at IS NULL AND person_of(announced_by) <> person_of($2)", revocation, person, session.Now))
            if (await confirm.ExecuteNonQueryAsync(cancellationToken) == 0) return false;
        session.Audit(person, null, "sealKey.revocationConfirmed", "sealKeyRevocation", revocation.ToString(), new { });
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>All keys, the newest first, each with its announced and confirmed revocations, the earliest one first.</summary>
    public static async Task<IReadOnlyList<(SealKey Key, IReadOnlyList<SealKeyRevocation> Revocations)>> AllAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var revocations = (await session.Rows.SealKeyRevocations.AsNoTracking().OrderBy(r => r.RevokedAt).ThenBy(r => r.Id).ToListAsync(cancellationToken)).ToLookup(r => r.KeyId);
        return [.. (await session.Rows.SealKeys.AsNoTracking().OrderByDescending(k => k.ValidFrom).ThenBy(k => k.Id).ToListAsync(cancellationToken))
            .Select(k => (k, (IReadOnlyList<SealKeyRevocation>)[.. revocations[k.Id]]))];
    }

    private static string Algorithm(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null) return $"RSA {rsa.KeySize}";
        using var ecdsa = certificate.GetECDsaPublicKey();
        return ecdsa is not null ? $"ECDSA {ecdsa.KeySize}" : certificate.PublicKey.Oid.Value ?? "";
    }
}
