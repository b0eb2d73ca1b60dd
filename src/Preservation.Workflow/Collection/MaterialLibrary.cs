using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Signatures.Reports;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Collection;

/// <summary>The validation material that was ever fetched: shared by all submissions, added to and never changed.</summary>
public sealed class MaterialLibrary(CatalogueSessions sessions)
{
    private const int MostLists = 3;

    /// <summary>
    /// What the library has for a wish: the newest first, and of lists older ones too, since a verdict about the past may need the list of that time.
    /// </summary>
    public async Task<ImmutableArray<byte[]>> FindAsync(WantedMaterial wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var subjects = SubjectsOf(wanted);
        var kind = KindOf(wanted.Kind);
        return [.. await session.Rows.ValidationMaterials.AsNoTracking().Where(m => m.Kind == kind && subjects.Contains(m.Subject))
            .OrderByDescending(m => m.ThisUpdate).Take(MostLists).Select(m => m.Content).ToListAsync(cancellationToken)];
    }

    /// <summary>Has an answer to a wish come since then, by whatever way.</summary>
    public async Task<bool> HasSinceAsync(WantedMaterial wanted, DateTimeOffset since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var subjects = SubjectsOf(wanted);
        var kind = KindOf(wanted.Kind);
        return await session.Rows.ValidationMaterials.AnyAsync(m => m.Kind == kind && subjects.Contains(m.Subject) && m.FetchedAt >= since, cancellationToken);
    }

    /// <summary>Keeps material with its source; what is there already stays as it is. Returns how much was new.</summary>
    public async Task<int> KeepAsync(string source, string subject, IEnumerable<Material> material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var added = 0;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var one in material)
        {
            added += await InsertAsync(session, source, subject, one, cancellationToken);
            foreach (var url in one.CrlUrls) await KnowAsync(session, url, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
        return added;
    }

    /// <summary>Keeps one thing within a transaction; 0 when it was there already.</summary>
    internal static async Task<int> InsertAsync(CatalogueSession session, string source, string subject, Material one, CancellationToken cancellationToken)
    {
        await using var insert = session.Command("""
            INSERT INTO validation_material (id, kind, sha512, content, source, subject, fetched_at, this_update, next_update)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (sha512) DO NOTHING
            """, Guid.CreateVersion7(session.Now), one.Kind, SHA512.HashData(one.Encoded.Span), one.Encoded.ToArray(), source, subject, session.Now, one.ThisUpdate.ToUniversalTime(), one.NextUpdate?.ToUniversalTime());
        return await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Remembers what could not be had now, to be asked for again.</summary>
    public async Task WantAsync(IEnumerable<WantedMaterial> wanted, string problem, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var one in wanted)
        {
            await using var insert = session.Command("""
                INSERT INTO validation_want (id, kind, subject, certificate, issuer, urls, since, too_late_at, tried_at, problem)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9)
                ON CONFLICT (kind, subject) DO UPDATE SET done_at = NULL, tried_at = excluded.tried_at, problem = excluded.problem
                """, Guid.CreateVersion7(session.Now), one.Kind.ToString(), Fingerprint(one.Certificate), one.Certificate.ToArray(), one.Issuer.ToArray(), one.Urls.ToArray(), session.Now, one.NotAfter.ToUniversalTime(), problem);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Notes the addresses of lists that the certificates name, to be harvested from now on.</summary>
    public async Task KnowSourcesAsync(IEnumerable<ReadOnlyMemory<byte>> certificates, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        var urls = certificates.SelectMany(c => Material.ReadAll(c)).SelectMany(m => m.CrlUrls).Distinct(StringComparer.Ordinal).ToList();
        if (urls.Count == 0) return;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var url in urls) await KnowAsync(session, url, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    internal static string KindOf(WantedKind kind) => kind switch { WantedKind.Issuer => "CERTIFICATE", WantedKind.Crl => "CRL", _ => "OCSP" };

    /// <summary>
    /// What answers to a wish are kept under: lists and issuers by address, since many certificates share them, or by the authority's name when people
    /// brought them; OCSP by the certificate.
    /// </summary>
    internal static string[] SubjectsOf(WantedMaterial wanted) =>
        wanted.Kind == WantedKind.Ocsp ? [Fingerprint(wanted.Certificate)] : [.. wanted.Urls, BroughtFor(Material.AuthorityOf(wanted.Certificate))];

    internal static string BroughtFor(string? authority) => "authority " + authority;

    internal static string Fingerprint(ReadOnlyMemory<byte> encoded) => Convert.ToHexStringLower(SHA256.HashData(encoded.Span));

    private static async Task KnowAsync(CatalogueSession session, string url, CancellationToken cancellationToken)
    {
        await using var insert = session.Command("INSERT INTO validation_source (url, known_since) VALUES ($1, $2) ON CONFLICT DO NOTHING", url, session.Now);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
