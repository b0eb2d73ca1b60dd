using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures.TimeStamps;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.Renewal;

/// <summary>
/// What is known of the revocation of time-stamping authorities: found in lists and answers, or announced by one person and confirmed by another. For every
/// authority above a token that no later tree covers it is looked at again before each plan; what says so is what a renewal adds to the token.
/// </summary>
public sealed partial class AuthorityRevocations(
    CatalogueSessions sessions, TimeStampTrust trust, MaterialLibrary library, SignatureCollection collection, IOptions<PreservationOptions> options, ILogger<AuthorityRevocations> logger)
{
    private const int Chunk = 500;
    private readonly CollectionOptions _collection = options.Value.Collection;

    /// <summary>Announces; nothing changes before another person confirms.</summary>
    /// <param name="sessions">The catalogue.</param>
    /// <param name="person">Who says so.</param>
    /// <param name="certificate">The certificate above tokens, DER.</param>
    /// <param name="from">From when on it is revoked; may lie ahead.</param>
    /// <param name="compromise">The key may be in foreign hands: what is not renewed before proves nothing.</param>
    /// <param name="reason">Why, for those who come later.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="ArgumentException">It is no certificate, or the reason is empty or too long.</exception>
    public static async Task<Guid> AnnounceAsync(CatalogueSessions sessions, Guid person, ReadOnlyMemory<byte> certificate, DateTimeOffset from, bool compromise, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > 2000) throw new ArgumentException("the reason is too long", nameof(reason));
        if (Material.ReadAll(certificate).FirstOrDefault(m => m.Kind == "CERTIFICATE") is not { } read) throw new ArgumentException("this is no certificate", nameof(certificate));
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await KeepAsync(session, [read.Encoded], cancellationToken);
        var row = new AuthorityRevocation
        {
            Id = Guid.CreateVersion7(session.Now), Certificate = SHA256.HashData(read.Encoded.Span), RevokedAt = from.ToUniversalTime(), Compromise = compromise, Reason = reason, AnnouncedBy = person, AnnouncedAt = session.Now,
        };
        session.Rows.AuthorityRevocations.Add(row);
        await session.FlushAsync(cancellationToken);
        session.Audit(person, null, "authority.revocation", "authorityRevocation", row.Id.ToString(), new { certificate = read.Sha256, from, compromise, reason });
        await session.CommitAsync(cancellationToken);
        return row.Id;
    }

    /// <summary>Confirms; false when there is no such open announcement, or the person is the one who made it.</summary>
    public static async Task<bool> ConfirmAsync(CatalogueSessions sessions, Guid person, Guid revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var confirm = session.Command("UPDATE authority_revocation SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1 AND confirmed_at IS NULL AND person_of(announced_by) <> person_of($2)", revocation, person, session.Now))
            if (await confirm.ExecuteNonQueryAsync(cancellationToken) == 0) return false;
        session.Audit(person, null, "authority.revocationConfirmed", "authorityRevocation", revocation.ToString(), new { });
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>All of them, the newest first.</summary>
    public static async Task<IReadOnlyList<AuthorityRevocation>> AllAsync(CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.AuthorityRevocations.AsNoTracking().OrderByDescending(a => a.AnnouncedAt).ThenBy(a => a.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Remembers the certificates above a token, within a transaction.</summary>
    internal static async Task KeepAsync(CatalogueSession session, IEnumerable<ReadOnlyMemory<byte>> certificates, CancellationToken cancellationToken)
    {
        foreach (var one in certificates)
        {
            using var read = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(one.Span);
            await using var insert = session.Command("INSERT INTO authority_certificate (sha256, certificate, subject, not_after) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                SHA256.HashData(one.Span), one.ToArray(), read.Subject, new DateTimeOffset(read.NotAfter.ToUniversalTime(), TimeSpan.Zero));
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Looks at every authority above a token that no later tree covers; gives what was found, by the authority's certificate.</summary>
    internal async Task<IReadOnlyDictionary<string, AuthorityStatus>> LookAsync(CancellationToken cancellationToken)
    {
        while (await FillAsync(cancellationToken)) { }
        var found = new Dictionary<string, AuthorityStatus>();
        foreach (var (signer, token, lookedAt) in await NewestAsync(cancellationToken))
            if (TimeStampToken.TryDecode(token, out var decoded)) found[Convert.ToHexString(signer)] = await LookAsync(signer, decoded, lookedAt, cancellationToken);
        return found;
    }

    // Lists and answers are asked for as often as they are harvested; between that what is at hand is looked at.
    private async Task<AuthorityStatus> LookAsync(byte[] signer, TimeStampToken token, DateTimeOffset? lookedAt, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var status = await trust.StatusAsync(token, [], cancellationToken);
        var isDue = lookedAt is null || lookedAt <= session.Now - _collection.HarvestEvery;
        if (!status.Wishes.IsEmpty)
        {
            var known = new List<ReadOnlyMemory<byte>>();
            foreach (var wish in status.Wishes)
            {
                if (isDue && await collection.FetchAsync(wish, cancellationToken) is { } problem) LogUnknown(Convert.ToHexStringLower(signer), problem);
                foreach (var one in await library.FindAsync(wish, cancellationToken)) known.Add(one);
            }
            status = await trust.StatusAsync(token, known, cancellationToken);
        }
        foreach (var beside in status.Material.Where(m => m.Length > TokenAcquisition.MostEmbeddedBytes).SelectMany(m => Material.ReadAll(m)).Where(m => m.Authority is not null))
            await library.KeepAsync("time-stamp", MaterialLibrary.BroughtFor(beside.Authority), [beside], cancellationToken);
        await KeepAsync(session, status.Path, cancellationToken);
        if (isDue)
            await using (var note = session.Command("UPDATE authority_certificate SET looked_at = $2 WHERE sha256 = $1", signer, session.Now)) await note.ExecuteNonQueryAsync(cancellationToken);
        foreach (var one in status.Revocations) await NoteAsync(session, one, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return status;
    }

    private async Task NoteAsync(CatalogueSession session, AuthorityStatus.Revoked one, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(session.Now);
        var certificate = SHA256.HashData(one.Certificate.Span);
        await using (var insert = session.Command("""
            INSERT INTO authority_revocation (id, certificate, revoked_at, compromise, reason, source, announced_at, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING
            """, id, certificate, one.Revocation.From, one.Revocation.IsCompromise, one.Reason, one.Source, session.Now))
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        session.Audit(null, null, "authority.revocationFound", "authorityRevocation", id.ToString(), new { certificate = Convert.ToHexStringLower(certificate), from = one.Revocation.From, compromise = one.Revocation.IsCompromise, one.Reason, one.Source });
        LogRevoked(Convert.ToHexStringLower(certificate), one.Revocation.From, one.Reason);
    }

    // Of each authority the newest token that no later tree covers: the others stand on the same certificates.
    private async Task<List<(byte[] Signer, byte[] Token, DateTimeOffset? LookedAt)>> NewestAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var command = session.Command("""
            SELECT s.signer, t.token, a.looked_at FROM (
                SELECT DISTINCT ON (t.certificates[1]) t.certificates[1] AS signer, t.id FROM evidence_token t
                WHERE t.state = 'Proven' AND t.token IS NOT NULL AND cardinality(t.certificates) > 0 AND NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = 'TimeStamp' AND l.subject = t.id::text)
                ORDER BY t.certificates[1], t.token_time DESC, t.id) AS s
            JOIN evidence_token t ON t.id = s.id LEFT JOIN authority_certificate a ON a.sha256 = s.signer
            """);
        var newest = new List<(byte[], byte[], DateTimeOffset?)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) newest.Add(((byte[])reader[0], (byte[])reader[1], await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(2)));
        return newest;
    }

    // Tokens that an older version of this program counted: their own bytes say which certificates are above them.
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var rows = await session.Rows.EvidenceTokens.Where(t => t.State == TokenState.Proven && t.Token != null && t.Certificates == null).OrderBy(t => t.Id).Take(Chunk).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (!TimeStampToken.TryDecode(row.Token!, out var token) || !TimeStampRequest.TryDecode(row.Request, out var request)) throw new InvalidOperationException($"the stored token {row.Id} cannot be read");
            var path = TokenStrength.Of(token, request.Imprint, []).Path;
            await KeepAsync(session, path, cancellationToken);
            row.Certificates = [.. path.Select(c => SHA256.HashData(c.Span))];
        }
        await session.CommitAsync(cancellationToken);
        return rows.Count == Chunk;
    }

    [LoggerMessage(3012, LogLevel.Warning, "How the time-stamping authority {Certificate} stands could not be asked: {Problem}")]
    private partial void LogUnknown(string certificate, string problem);

    [LoggerMessage(3013, LogLevel.Error, "The certificate {Certificate} above time-stamps is revoked from {From} on: {Reason}")]
    private partial void LogRevoked(string certificate, DateTimeOffset from, string reason);
}
