using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Brings everything new under time-stamps: what no batch covers yet becomes the leaves of one hash tree for each digest function in use, tokens are got for
/// their roots, and all of it is written to every store. Every step is kept before the next one: whatever is interrupted goes on with the same batch.
/// </summary>
public sealed partial class EvidenceBatcher(
    CatalogueSessions sessions, TokenAcquisition tokens, EvidenceObjects objects, EvidenceFunctions functions, IOptions<PreservationOptions> options, ILogger<EvidenceBatcher> logger)
{
    private const long BatcherLock = 0x5052_4553_5453_41;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>Closes a batch when one is due and carries every unfinished one as far as it goes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CloseBatchesAsync(cancellationToken);
        foreach (var id in await UnfinishedAsync(cancellationToken)) await CarryAsync(id, cancellationToken);
    }

    private async Task CarryAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(id, cancellationToken) is null) return;
        var problem = string.Join("; ", await tokens.CarryAsync(await BatchAsync(id, cancellationToken), cancellationToken));
        try
        {
            await StoreAsync(await BatchAsync(id, cancellationToken), cancellationToken);
        }
        catch (CopiesIncompleteException e)
        {
            LogTrouble(e, id);
            problem = e.Message;
        }
        await FreeAsync(id, problem.Length > 0 ? problem : null, cancellationToken);
    }

    private async Task StoreAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        if (batch.State == EvidenceState.Stamped)
        {
            await objects.StoreAsync(batch, cancellationToken);
            LogStored(batch.Id, batch.Leaves);
        }
        List<Guid> further;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            further = await session.Rows.EvidenceTokens.Where(t => t.BatchId == batch.Id && t.State == TokenState.Proven && t.StoredAt == null).OrderBy(t => t.Slot).Select(t => t.Id).ToListAsync(cancellationToken);
        foreach (var token in further) await objects.StoreAsync(batch, token, cancellationToken);
    }

    private async Task CloseBatchesAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", BatcherLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return;
        var all = await DueAsync(session, _options.MaxLeaves, cancellationToken);
        if (all.Count == 0) return;
        var standing = await functions.StandingAsync(session, cancellationToken);
        var main = await DigestsAsync(session, standing[0], all, cancellationToken);
        var due = all.FindAll(d => main(d.Row) is not null);
        if (due.Count < all.Count) await FurtherDigests.EnterRunsAsync(session, all.Select(d => d.Row).Where(d => main(d) is null), cancellationToken);
        if (due.Count > 0 && (due.Count >= _options.MaxLeaves || due.Min(d => d.Since) <= session.Now - _options.MaxAge))
        {
            foreach (var algorithm in standing) await AddBatchAsync(session, algorithm, due, cancellationToken);
            await using var done = session.Command("DELETE FROM evidence_due d USING unnest($1::text[], $2::text[]) AS t (kind, subject) WHERE d.kind = t.kind AND d.subject = t.subject",
                due.Select(d => d.Row.Kind.ToString()).ToArray(), due.Select(d => d.Row.Subject).ToArray());
            await done.ExecuteNonQueryAsync(cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task AddBatchAsync(CatalogueSession session, DigestAlgorithm algorithm, List<(EvidenceDue Row, DateTimeOffset Since)> due, CancellationToken cancellationToken)
    {
        var digest = await DigestsAsync(session, algorithm, due, cancellationToken);
        var leaves = due.Where(d => digest(d.Row) is not null).Select(d => new NewLeaf(d.Row.Kind, d.Row.Subject, digest(d.Row)!, d.Row.PackageId)).ToList();
        if (leaves.Count > 0) await NewBatch.AddAsync(session, BatchKind.Objects, algorithm, leaves, _options.TokensPerBatch, cancellationToken);
    }

    // SHA-512 is known of everything, SHA-256 of most; other functions need the content once more.
    private static async Task<Func<EvidenceDue, byte[]?>> DigestsAsync(CatalogueSession session, DigestAlgorithm algorithm, List<(EvidenceDue Row, DateTimeOffset Since)> due, CancellationToken cancellationToken)
    {
        if (algorithm == DigestAlgorithm.Sha512) return d => d.Sha512;
        await FurtherDigests.ReadCatalogueAsync(session, algorithm, DateTimeOffset.MinValue, withMaterial: true, cancellationToken);
        var known = await FurtherDigests.KnownAsync(session, algorithm, due.Select(d => d.Row.Sha512), cancellationToken);
        return d => (algorithm == DigestAlgorithm.Sha256 ? d.Sha256 : null) ?? known.GetValueOrDefault(Convert.ToHexString(d.Sha512));
    }

    private static async Task<List<(EvidenceDue Row, DateTimeOffset Since)>> DueAsync(CatalogueSession session, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT d.kind, d.subject, d.package_id, d.sha256, d.sha512, coalesce(d.since, v.created_at, '-infinity') AS since
            FROM evidence_due d LEFT JOIN package_version v ON v.package_id = d.package_id AND v.version = d.version
            ORDER BY 6, 1, 2 LIMIT $1
            """, limit);
        var due = new List<(EvidenceDue, DateTimeOffset)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new EvidenceDue
            {
                Kind = Enum.Parse<LeafKind>(reader.GetString(0)), Subject = reader.GetString(1), PackageId = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetGuid(2),
                Sha256 = await reader.IsDBNullAsync(3, cancellationToken) ? null : (byte[])reader[3], Sha512 = (byte[])reader[4],
            };
            due.Add((row, new DateTimeOffset(reader.GetFieldValue<DateTime>(5), TimeSpan.Zero)));
        }
        return due;
    }

    // Batches that are not whole yet: without a token, not on every store, or with a further token that is open.
    private async Task<List<Guid>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceBatches.Where(b => b.State != EvidenceState.Stored
                || session.Rows.EvidenceTokens.Any(t => t.BatchId == b.Id && (t.State == TokenState.Asking || t.State == TokenState.Answered || (t.State == TokenState.Proven && (t.StoredAt == null || t.Token == null)))))
            .OrderBy(b => b.CreatedAt).Select(b => b.Id).ToListAsync(cancellationToken);
    }

    private async Task<Guid?> ClaimAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var claim = session.Command("UPDATE evidence_batch SET lease_until = $3 WHERE id = $1 AND (lease_until IS NULL OR lease_until < $2)", id, session.Now, session.Now + _options.Lease))
            if (await claim.ExecuteNonQueryAsync(cancellationToken) == 0) return null;
        await session.CommitAsync(cancellationToken);
        return id;
    }

    private async Task<EvidenceBatch> BatchAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceBatches.AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken);
    }

    private async Task FreeAsync(Guid id, string? problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var free = session.Command("UPDATE evidence_batch SET lease_until = NULL, last_problem = $2 WHERE id = $1", id, problem)) await free.ExecuteNonQueryAsync(cancellationToken);
        if (problem is not null && !await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.EvidenceTrouble && t.State == TaskState.Open, cancellationToken))
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.EvidenceTrouble, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = $"batch {id}: {problem}", CreatedAt = session.Now,
            });
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(3001, LogLevel.Information, "Evidence batch {Id} of {Leaves} leaves is stamped and stored")]
    private partial void LogStored(Guid id, int leaves);

    [LoggerMessage(3002, LogLevel.Error, "Evidence batch {Id} cannot go on now")]
    private partial void LogTrouble(Exception e, Guid id);
}
