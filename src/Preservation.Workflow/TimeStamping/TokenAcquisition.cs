using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Material = Preservation.Signatures.Path.ValidationMaterial;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Gets the tokens of a batch, each slot's from an authority of another group. That somebody is asked is noted before they are, the answer is kept before it
/// is looked at, and it counts only when everything about it was checked: whatever is interrupted goes on from there with the same request.
/// </summary>
public sealed partial class TokenAcquisition(
    CatalogueSessions sessions, AuthorityStandings authorities, AuthorityConnections connections, TimeStampTrust trust, MaterialLibrary library,
    IOptions<PreservationOptions> options, TimeProvider clock, ILogger<TokenAcquisition> logger)
{
    internal const int MostEmbeddedBytes = 64 << 10;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>Carries each of the batch's tokens as far as it goes now; what stands in the way of one does not stop the others. Gives what did.</summary>
    public async Task<ImmutableArray<string>> CarryAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var problems = ImmutableArray.CreateBuilder<string>();
        for (var slot = 1; slot <= batch.Slots; slot++)
            if (await CarryAsync(batch, slot, cancellationToken) is { } problem) problems.Add(problem);
        return problems.ToImmutable();
    }

    private async Task<string?> CarryAsync(EvidenceBatch batch, int slot, CancellationToken cancellationToken)
    {
        var all = await TokensAsync(batch.Id, cancellationToken);
        var tokens = all.FindAll(t => t.State != TokenState.Refused);
        var token = tokens.Single(t => t.Slot == slot);
        var taken = Groups(tokens.Where(t => t.Slot != slot && t.State != TokenState.Asking));
        if (token.State == TokenState.Asking)
        {
            // Who was refused in this place is asked again only when nobody else may be.
            var refused = Groups(all.Where(t => t.Slot == slot && t.State == TokenState.Refused));
            var (answered, problem) = await AskAsync(batch, token, taken, refused, cancellationToken);
            if (answered is null) return problem;
            token = answered;
        }
        // Tokens that an older version of this program counted lack only the form that records hold.
        if (token.State == TokenState.Proven && token.Token is not null) return null;
        return token.NextTryAt > clock.GetUtcNow() ? token.LastProblem : await ProveAsync(batch, token, taken, cancellationToken);
    }

    private HashSet<string> Groups(IEnumerable<EvidenceToken> tokens) => [.. tokens.Select(t => authorities.Find(t.Tsa)?.Independence).OfType<string>()];

    private async Task<List<EvidenceToken>> TokensAsync(Guid batch, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.BatchId == batch).OrderBy(t => t.Slot).ToListAsync(cancellationToken);
    }

    // One authority after the other, until one answers; each that fails rests from then on.
    private async Task<(EvidenceToken? Token, string? Problem)> AskAsync(EvidenceBatch batch, EvidenceToken token, HashSet<string> taken, HashSet<string> refused, CancellationToken cancellationToken)
    {
        if (!TimeStampRequest.TryDecode(token.Request, out var request)) throw new InvalidOperationException("a stored request cannot be read");
        var problem = token.LastProblem ?? "no authority may be asked now";
        while ((await authorities.TakeAsync(request.Imprint.Algorithm, [.. taken, .. refused], cancellationToken) ?? await authorities.TakeAsync(request.Imprint.Algorithm, taken, cancellationToken)) is { } authority)
        {
            await NoteAskedAsync(token, authority, cancellationToken);
            try
            {
                var response = await connections.Of(authority).ExchangeAsync(new Uri(authority.Url), request, cancellationToken);
                return (await KeepAsync(token, authority, response, cancellationToken), null);
            }
            catch (Exception e) when (e is TimeStampUnavailableException or TimeStampRefusedException)
            {
                problem = e.Message;
                LogTrouble(e, batch.Id, authority.Name);
                await authorities.FailedAsync(authority, problem, cancellationToken);
                await NoteAsync(token.Id, problem, cancellationToken);
            }
        }
        return (null, problem);
    }

    private async Task NoteAskedAsync(EvidenceToken token, TimeStampAuthorityOptions authority, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE evidence_token SET tsa = $2, asked_at = coalesce(asked_at, $3), tries = tries + 1 WHERE id = $1 AND state = 'Asking'", token.Id, authority.Name, session.Now))
            await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<EvidenceToken> KeepAsync(EvidenceToken token, TimeStampAuthorityOptions authority, TimeStampResponse response, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // Of two processes that asked at once the first one's answer stays.
        await using (var keep = session.Command("""
            UPDATE evidence_token SET state = 'Answered', tsa = $2, response = $3, answered_at = $4, token_time = $5, policy = $6, next_try_at = NULL WHERE id = $1 AND state = 'Asking'
            """, token.Id, authority.Name, response.Encoded.ToArray(), session.Now, response.Token!.Time.ToUniversalTime(), response.Token.Policy))
            await keep.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        await using var after = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await after.Rows.EvidenceTokens.AsNoTracking().SingleAsync(t => t.Id == token.Id, cancellationToken);
    }

    private async Task<string?> ProveAsync(EvidenceBatch batch, EvidenceToken token, HashSet<string> taken, CancellationToken cancellationToken)
    {
        if (!TimeStampRequest.TryDecode(token.Request, out var request)) throw new InvalidOperationException("a stored request cannot be read");
        // An authority that is no longer configured is judged by the anchors that are.
        var authority = authorities.Find(token.Tsa) ?? new TimeStampAuthorityOptions { Name = token.Tsa ?? "", Url = "" };
        var verdict = await trust.JudgeAsync(token.Response!, request, authority, token.AskedAt ?? token.CreatedAt, cancellationToken);
        TimeStampResponse.TryDecode(token.Response!, out var response);
        var serial = response?.Token?.SerialNumber.ToString(CultureInfo.InvariantCulture);
        if (token.State == TokenState.Proven) verdict = verdict with { State = TokenState.Proven, Problem = null };
        if (verdict.State != TokenState.Refused && await IsSeenAsync(token, serial!, cancellationToken))
            verdict = TokenVerdict.Refused($"{token.Tsa} gave the serial number {serial} before");
        if (verdict.State == TokenState.Proven && token.State != TokenState.Proven && await EndedAsync(batch, token, response!.Token!, verdict.Used, request.Imprint, cancellationToken) is { } ended) verdict = TokenVerdict.Refused(ended);
        var patienceIsOver = verdict.State == TokenState.Answered && clock.GetUtcNow() - token.AnsweredAt > _options.UnprovenPatience
            && authorities.HasOther([.. taken, authority.Independence]);
        if (patienceIsOver) verdict = verdict with { State = TokenState.Refused, Problem = verdict.Problem + "; another authority is asked" };
        try
        {
            await (verdict.State switch
            {
                TokenState.Proven => CountAsync(batch, token, response!.Token!, verdict.Used, request.Imprint, serial!, cancellationToken),
                TokenState.Answered => WaitAsync(token, verdict.Problem!, cancellationToken),
                _ => RefuseAsync(batch, token, request.Imprint, verdict.Problem!, cancellationToken),
            });
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            verdict = TokenVerdict.Refused($"{token.Tsa} gave the serial number {serial} before");
            await RefuseAsync(batch, token, request.Imprint, verdict.Problem!, cancellationToken);
        }
        if (authorities.Find(token.Tsa) is { } asked && verdict.State != TokenState.Answered)
            await (verdict.State == TokenState.Proven || patienceIsOver ? authorities.SucceededAsync(asked, cancellationToken) : authorities.FailedAsync(asked, verdict.Problem!, cancellationToken));
        return verdict.Problem;
    }

    private async Task<bool> IsSeenAsync(EvidenceToken token, string serial, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceTokens.AnyAsync(t => t.Id != token.Id && t.Tsa == token.Tsa && t.Serial == serial && (t.State == TokenState.Answered || t.State == TokenState.Proven), cancellationToken);
    }

    // What two people or a list say counts for new tokens as for old ones: one that proves nothing from the beginning is not taken.
    private async Task<string?> EndedAsync(
        EvidenceBatch batch, EvidenceToken row, Preservation.Signatures.TimeStamps.TimeStampToken token, ImmutableArray<ReadOnlyMemory<byte>> used, Digest root, CancellationToken cancellationToken)
    {
        var strength = TokenStrength.Of(token, root, used);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var ends = await TokenEnds.LoadAsync(session, cancellationToken);
        var asCounted = new EvidenceToken
        {
            Id = row.Id, BatchId = batch.Id, Slot = row.Slot, State = TokenState.Proven, Nonce = [], Request = [], CreatedAt = row.CreatedAt, TokenTime = token.Time.ToUniversalTime(), Algorithms = [.. strength.Algorithms],
            CertificatesEndAt = strength.CertificatesEndAt, Certificates = [.. strength.Path.Select(c => SHA256.HashData(c.Span))],
        };
        // The tree's own function is the batch's, and no fault of the authority.
        var standing = ends.StandingOf(asCounted, batch.Algorithm, TimeSpan.FromDays(365));
        return ends.EndOfToken(standing) is var end && end <= standing.Time ? string.Create(CultureInfo.InvariantCulture, $"the token rests on what ended on {end.UtcDateTime:yyyy-MM-dd}") : null;
    }

    private async Task CountAsync(
        EvidenceBatch batch, EvidenceToken row, Preservation.Signatures.TimeStamps.TimeStampToken token, ImmutableArray<ReadOnlyMemory<byte>> used, Digest root, string serial, CancellationToken cancellationToken)
    {
        var (completed, beside) = await CompleteAsync(token, used, cancellationToken);
        var strength = TokenStrength.Of(token, root, used);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var count = session.Command("""
            UPDATE evidence_token SET state = 'Proven', token = $2, token_time = $3, policy = $4, serial = $5, algorithms = $6, certificates_end_at = $7, proven_at = $8, certificates = $9, next_try_at = NULL, last_problem = NULL
            WHERE id = $1 AND (state = 'Answered' OR (state = 'Proven' AND token IS NULL))
            """, row.Id, completed, token.Time.ToUniversalTime(), token.Policy, serial, strength.Algorithms.ToArray(), strength.CertificatesEndAt, session.Now, strength.Path.Select(c => SHA256.HashData(c.Span)).ToArray()))
            if (await count.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        await using (var lists = session.Command("INSERT INTO evidence_token_material (token_id, material_id) SELECT $1, id FROM validation_material WHERE sha512 = ANY($2) ON CONFLICT DO NOTHING", row.Id, beside))
            await lists.ExecuteNonQueryAsync(cancellationToken);
        await AuthorityRevocations.KeepAsync(session, strength.Path, cancellationToken);
        await using (var lead = session.Command("UPDATE evidence_batch SET state = 'Stamped', lead_token = $2, token_time = $3 WHERE id = $1 AND lead_token IS NULL", batch.Id, row.Id, token.Time.ToUniversalTime()))
            await lead.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // Chain and revocation data go into the parts of the token that its signature does not cover (RFC 4998 §4.2: unless this causes unnecessary duplication).
    // Long lists, which many tokens rest on, stay beside it in the library, are covered there by evidence of their own, and go into the records.
    private async Task<(byte[] Token, byte[][] BesideSha512)> CompleteAsync(
        Preservation.Signatures.TimeStamps.TimeStampToken token, ImmutableArray<ReadOnlyMemory<byte>> used, CancellationToken cancellationToken)
    {
        var material = used.SelectMany(u => Material.ReadAll(u)).ToLookup(m => m.Kind == "CRL" && m.Encoded.Length > MostEmbeddedBytes);
        foreach (var list in material[true]) await library.KeepAsync("time-stamp", MaterialLibrary.BroughtFor(list.Authority), [list], cancellationToken);
        return ([.. TokenMaterial.Add(token.Encoded, Of("CERTIFICATE"), Of("CRL"), Of("OCSP"))], [.. material[true].Select(m => SHA512.HashData(m.Encoded.Span))]);

        IEnumerable<ReadOnlyMemory<byte>> Of(string kind) => material[false].Where(m => m.Kind == kind).Select(m => m.Encoded);
    }

    private async Task WaitAsync(EvidenceToken token, string problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var pause = TimeSpan.FromSeconds(Math.Min(_options.RetryAtMost.TotalSeconds, _options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(token.Tries, 16))));
        await using (var wait = session.Command("UPDATE evidence_token SET tries = tries + 1, next_try_at = $2, last_problem = $3 WHERE id = $1 AND state = 'Answered'", token.Id, session.Now + pause, problem))
            await wait.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // The answer is kept as what it is; the slot gets a new request, whose nonce no bad answer knows.
    private async Task RefuseAsync(EvidenceBatch batch, EvidenceToken token, Digest root, string problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var refuse = session.Command("UPDATE evidence_token SET state = 'Refused', last_problem = $2, next_try_at = NULL WHERE id = $1 AND state = 'Answered'", token.Id, problem))
            if (await refuse.ExecuteNonQueryAsync(cancellationToken) == 0) return;
        var next = NewBatch.Request(session, batch.Id, token.Slot, root);
        next.LastProblem = problem;
        session.Rows.EvidenceTokens.Add(next);
        session.Audit(null, null, "evidence.tokenRefused", "evidenceToken", token.Id.ToString(), new { batch = batch.Id, token.Tsa, problem });
        await session.CommitAsync(cancellationToken);
        LogRefused(batch.Id, token.Tsa, problem);
    }

    private async Task NoteAsync(Guid token, string problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE evidence_token SET last_problem = $2 WHERE id = $1 AND state = 'Asking'", token, problem)) await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(3003, LogLevel.Warning, "Evidence batch {Id}: {Authority} gave no token")]
    private partial void LogTrouble(Exception e, Guid id, string authority);

    [LoggerMessage(3004, LogLevel.Error, "Evidence batch {Id}: the token of {Authority} is refused: {Problem}")]
    private partial void LogRefused(Guid id, string? authority, string problem);
}
