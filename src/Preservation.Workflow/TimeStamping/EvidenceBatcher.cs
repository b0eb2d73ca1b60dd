using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.TimeStamps;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Brings everything new under time-stamps: file digests, inventories, receipts and audit log heads that no batch covers yet become leaves of one
/// hash tree, one token is asked for its root, and leaves and token are written to every store. Root and request are kept before the authority is asked,
/// its answer before it is used: whatever is interrupted goes on with the same batch.
/// </summary>
public sealed partial class EvidenceBatcher(
    CatalogueSessions sessions, CopyWriter copies, TimeStampTrust trust, TimeStampClient client, IOptions<PreservationOptions> options, TimeProvider clock, ILogger<EvidenceBatcher> logger)
{
    private const long BatcherLock = 0x5052_4553_5453_41;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>Closes a batch when one is due and carries every unfinished one as far as it goes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CloseBatchAsync(cancellationToken);
        foreach (var id in await UnfinishedAsync(cancellationToken)) await CarryAsync(id, cancellationToken);
    }

    private async Task CarryAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ClaimAsync(id, cancellationToken) is not { } batch) return;
        try
        {
            if (batch.State == EvidenceState.Asking) batch = await AskAsync(batch, cancellationToken);
            await StoreAsync(batch, cancellationToken);
        }
        catch (Exception e) when (e is TimeStampUnavailableException or TimeStampRefusedException or CopiesIncompleteException)
        {
            LogTrouble(e, id);
            await NoteTroubleAsync(id, e.Message, cancellationToken);
        }
    }

    private async Task CloseBatchAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", BatcherLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return;
        var (leaves, oldest) = await UncoveredAsync(session, _options.MaxLeaves, cancellationToken);
        if (leaves.Count == 0 || (leaves.Count < _options.MaxLeaves && oldest > session.Now - _options.MaxAge)) return;
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. leaves.Select(l => new Digest(DigestAlgorithm.Sha512, [.. l.Digest]))]);
        var request = TimeStampRequest.Create(tree.Root);
        var batch = new EvidenceBatch
        {
            Id = Guid.CreateVersion7(session.Now), State = EvidenceState.Asking, Algorithm = DigestAlgorithm.Sha512.Name, Leaves = leaves.Count, Root = [.. tree.Root.Bytes],
            Nonce = request.Nonce!.Value.ToByteArray(isUnsigned: true, isBigEndian: true), Request = [.. request.Encoded], CreatedAt = session.Now,
        };
        session.Rows.EvidenceBatches.Add(batch);
        await session.FlushAsync(cancellationToken);
        await using (var insert = session.Command("""
            INSERT INTO evidence_leaf (batch_id, ordinal, kind, digest, package_id, subject)
            SELECT $1, t.ordinal - 1, t.kind, t.digest, t.package, t.subject
            FROM unnest($2::text[], $3::bytea[], $4::uuid[], $5::text[]) WITH ORDINALITY AS t (kind, digest, package, subject, ordinal)
            """, batch.Id, leaves.Select(l => l.Kind).ToArray(), leaves.Select(l => l.Digest).ToArray(), leaves.Select(l => l.Package).ToArray(), leaves.Select(l => l.Subject).ToArray()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static async Task<(List<(string Kind, byte[] Digest, Guid? Package, string Subject)> Leaves, DateTimeOffset Oldest)> UncoveredAsync(
        CatalogueSession session, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT kind, digest, package_id, subject, since FROM (
                SELECT 'File' AS kind, f.sha512 AS digest, f.package_id, f.id::text AS subject, v.created_at AS since
                    FROM file f JOIN package_version v ON v.package_id = f.package_id AND v.version = f.version_from
                UNION ALL SELECT 'Inventory', v.inventory_sha512, v.package_id, v.package_id || '/v' || v.version, v.created_at FROM package_version v
                UNION ALL SELECT 'Receipt', r.sha512, NULL, r.id::text, r.issued_at FROM receipt r
                UNION ALL SELECT 'Material', m.sha512, NULL, m.id::text, m.fetched_at FROM validation_material m
                UNION ALL SELECT 'Verdict', d.inventory_sha512, NULL, d.id::text, d.recorded_at FROM verdict_making d WHERE d.inventory_sha512 IS NOT NULL AND d.recorded_at IS NOT NULL
                UNION ALL SELECT 'AuditHead', sha512(b.head), NULL, b.tree_size::text, b.sealed_at FROM audit_batch b) AS due
            WHERE NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = due.kind AND l.subject = due.subject AND l.digest = due.digest)
            ORDER BY since, kind, subject LIMIT $1
            """, limit);
        var leaves = new List<(string, byte[], Guid?, string)>();
        var oldest = DateTimeOffset.MaxValue;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            leaves.Add((reader.GetString(0), (byte[])reader[1], await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetGuid(2), reader.GetString(3)));
            if (reader.GetFieldValue<DateTimeOffset>(4) is var since && since < oldest) oldest = since;
        }
        return (leaves, oldest);
    }

    private async Task<List<Guid>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceBatches.Where(b => b.State != EvidenceState.Stored).OrderBy(b => b.CreatedAt).Select(b => b.Id).ToListAsync(cancellationToken);
    }

    private async Task<EvidenceBatch?> ClaimAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var claim = session.Command("UPDATE evidence_batch SET lease_until = $3 WHERE id = $1 AND (lease_until IS NULL OR lease_until < $2)", id, session.Now, session.Now + _options.Lease))
            if (await claim.ExecuteNonQueryAsync(cancellationToken) == 0) return null;
        var batch = await session.Rows.EvidenceBatches.AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return batch;
    }

    private async Task<EvidenceBatch> AskAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        if (!TimeStampRequest.TryDecode(batch.Request, out var request)) throw new InvalidOperationException("a stored request cannot be read");
        var response = await client.RequestAsync(new Uri(_options.Url), request, cancellationToken);
        var token = response.Token!;
        await trust.ThrowUnlessProvenAsync(token, request.Imprint, clock.GetUtcNow(), cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var row = await session.Rows.EvidenceBatches.SingleAsync(b => b.Id == batch.Id, cancellationToken);
        if (row.State == EvidenceState.Asking)
        {
            row.State = EvidenceState.Stamped;
            row.Token = [.. response.Encoded];
            row.Tsa = _options.Url;
            row.TokenTime = token.Time.ToUniversalTime();
            row.LastProblem = null;
            await session.CommitAsync(cancellationToken);
        }
        return row;
    }

    private async Task StoreAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        var files = await FilesOfAsync(batch, cancellationToken);
        using var plan = VersionPlan.Create(null, $"urn:uuid:{batch.Id}",
            files.Select(f => new PlannedFile(f.Key, f.Value.Length, DigestAlgorithm.Sha512.Compute(f.Value), [DigestAlgorithm.Sha256.Compute(f.Value)])),
            batch.TokenTime!.Value, $"evidence batch of {batch.Leaves} leaves", new VersionUser(Events.Software, "info:preservation/server"));
        var proven = await copies.WriteAsync(plan, (path, _) => Task.FromResult<Stream>(new MemoryStream(files[path], writable: false)), cancellationToken);
        if (proven.Any(c => c.Problem is not null)) throw new CopiesIncompleteException(proven);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var mark = session.Command("UPDATE evidence_batch SET state = 'Stored', stored_at = $2, lease_until = NULL, last_problem = NULL WHERE id = $1 AND state = 'Stamped'", batch.Id, session.Now))
            if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0) return; // another process was faster, with the same bytes
        await CopyWriter.RecordAsync(session, batch.Id, plan, proven, cancellationToken);
        await session.CommitAsync(cancellationToken);
        LogStored(batch.Id, batch.Leaves);
    }

    private async Task<SortedDictionary<string, byte[]>> FilesOfAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        var leaves = new StringBuilder();
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            await foreach (var leaf in session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.BatchId == batch.Id).OrderBy(l => l.Ordinal).AsAsyncEnumerable().WithCancellation(cancellationToken))
                leaves.Append(CultureInfo.InvariantCulture, $"{leaf.Kind}\t{Convert.ToHexStringLower(leaf.Digest)}\t{leaf.PackageId}\t{leaf.Subject}\n");
        return new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["leaves.tsv"] = Encoding.UTF8.GetBytes(leaves.ToString()), ["root.hex"] = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(batch.Root) + "\n"), ["request.tsq"] = batch.Request, ["token.tsr"] = batch.Token!,
        };
    }

    private async Task NoteTroubleAsync(Guid id, string problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var batch = await session.Rows.EvidenceBatches.SingleAsync(b => b.Id == id, cancellationToken);
        batch.LastProblem = problem;
        batch.LeaseUntil = null;
        if (!await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.EvidenceTrouble && t.State == TaskState.Open, cancellationToken))
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
