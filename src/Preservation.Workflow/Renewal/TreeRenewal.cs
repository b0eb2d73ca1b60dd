using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Renewal;

/// <summary>
/// Goes on with hash-tree renewals (RFC 4998 §5.2): fixity passes read every content again and digest it by the new function as well; what was read so goes
/// into trees by that function, each leaf over the content and all chains so far. A content whose bytes no longer match gets no leaf: it is an incident, and
/// the rest goes on.
/// </summary>
public sealed partial class TreeRenewal(CatalogueSessions sessions, IOptions<PreservationOptions> options, ILogger<TreeRenewal> logger)
{
    private const long RenewalLock = 0x5052_4553_5254_52;
    private const int MostRows = 1_000;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    // The leaves that began the newest chain of their object in trees of the old function, with the content's digest by the new one where it was read since
    // the renewal began: what was the right content years ago may be rotten now.
    // Each look-up is one of an index, whatever the database believes of tables that grew a minute ago.
    private const string Pending = """
        FROM (
            SELECT l.*, content_sha512(l.kind, l.subject) AS sha512 FROM evidence_batch b JOIN evidence_leaf l ON l.batch_id = b.id
                LEFT JOIN LATERAL (SELECT true AS is_renewed FROM evidence_leaf n WHERE n.of_batch = l.batch_id AND n.of_ordinal = l.ordinal LIMIT 1) n ON true
            WHERE b.algorithm = $1 AND b.kind IN ('Objects', 'Rehash') AND b.lead_token IS NOT NULL AND n.is_renewed IS NULL OFFSET 0) AS l
        LEFT JOIN LATERAL (SELECT c.digest, c.read_at FROM content_digest c WHERE c.sha512 = l.sha512 AND c.algorithm = $2 AND c.read_at >= $3 LIMIT 1) c ON true
        WHERE l.sha512 IS NOT NULL
        """;

    /// <summary>Carries every open renewal as far as it goes now.</summary>
    /// <param name="found">How the authorities stand, by the authority's certificate.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task RunAsync(IReadOnlyDictionary<string, AuthorityStatus> found, CancellationToken cancellationToken)
    {
        List<HashTreeRenewal> open;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            open = await session.Rows.HashTreeRenewals.AsNoTracking().Where(r => r.EndedAt == null).OrderBy(r => r.StartedAt).ToListAsync(cancellationToken);
        foreach (var renewal in open)
        {
            await ReadWhatTheCatalogueHoldsAsync(renewal, cancellationToken);
            await ReadCopiesAsync(renewal, cancellationToken);
            while (await EnterAsync(renewal, found, cancellationToken)) { }
            await EndAsync(renewal, cancellationToken);
        }
    }

    /// <summary>How many leaves are still to be renewed, and of how many of them the content was read already.</summary>
    public static async Task<(long Open, long Read)> RemainingAsync(CatalogueSession session, HashTreeRenewal renewal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(renewal);
        await using var count = session.Command("SELECT count(*), count(c.digest) " + Pending, renewal.FromAlgorithm, renewal.ToAlgorithm, renewal.StartedAt);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    // Receipts, frozen documents and heads of the audit log are in the catalogue; everything else is on the stores.
    private async Task ReadWhatTheCatalogueHoldsAsync(HashTreeRenewal renewal, CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find(renewal.ToAlgorithm)!;
        while (true)
        {
            await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
            if (await FurtherDigests.ReadCatalogueAsync(session, algorithm, renewal.StartedAt, withMaterial: false, cancellationToken) == 0) return;
            await session.CommitAsync(cancellationToken);
        }
    }

    // One pass over all copies is entered for a renewal; what it could not read the plan's ordinary passes meet again.
    private async Task ReadCopiesAsync(HashTreeRenewal renewal, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (await session.Rows.FixityRuns.AnyAsync(r => r.CreatedAt >= renewal.StartedAt && r.PackageId == null, cancellationToken)) return;
        var (open, read) = await RemainingAsync(session, renewal, cancellationToken);
        if (open == read) return;
        FixityRunner.Add(session, RunKind.Renewal, null, null, session.Now);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<bool> EnterAsync(HashTreeRenewal renewal, IReadOnlyDictionary<string, AuthorityStatus> found, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", RenewalLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return false;
        var (pending, oldest) = await ReadyAsync(session, renewal, cancellationToken);
        var isReading = await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running, cancellationToken);
        if (pending.Count == 0 || (pending.Count < _options.MaxLeaves && isReading && oldest > session.Now - _options.MaxAge)) return false;
        var algorithm = DigestAlgorithm.Find(renewal.ToAlgorithm)!;
        await FixTokensAsync(session, renewal, found, cancellationToken);
        var reading = new RecordReading(session);
        var leaves = new List<NewLeaf>(pending.Count);
        foreach (var (leaf, content) in pending)
        {
            var (sequence, chain) = await reading.ChainsAsync(leaf, cancellationToken);
            if (chain[^1].RenewedForm is null) continue; // counted a moment ago: the next tree takes it
            var older = sequence.Digest(algorithm);
            var digest = EvidenceSequence.LeafOf(new Digest(algorithm, [.. content]), older);
            leaves.Add(new NewLeaf(LeafKind.Rehash, leaf.Kind == LeafKind.Rehash ? leaf.Subject : $"{leaf.Kind}:{leaf.Subject}", [.. digest.Bytes], leaf.PackageId,
                new RehashedLeaf(content, [.. older.Bytes], [.. chain.Select(t => t.Id)], leaf.BatchId, leaf.Ordinal)));
        }
        if (leaves.Count == 0) return false;
        var batch = await NewBatch.AddAsync(session, BatchKind.Rehash, algorithm, leaves, _options.TokensPerBatch, cancellationToken);
        session.Audit(null, null, "evidence.renewal", "evidenceBatch", batch.ToString(), new { from = renewal.FromAlgorithm, to = renewal.ToAlgorithm, objects = leaves.Count });
        await session.CommitAsync(cancellationToken);
        LogEntered(batch, leaves.Count, renewal.ToAlgorithm);
        return true;
    }

    // The last tokens of the chains so far get what is known of their authorities before the new tree covers them.
    private static async Task FixTokensAsync(CatalogueSession session, HashTreeRenewal renewal, IReadOnlyDictionary<string, AuthorityStatus> found, CancellationToken cancellationToken)
    {
        while (true)
        {
            var open = await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.State == TokenState.Proven && t.Token != null && t.RenewedForm == null
                && session.Rows.EvidenceBatches.Any(b => b.Id == t.BatchId && b.Algorithm == renewal.FromAlgorithm)).OrderBy(t => t.Id).Take(MostRows).ToDictionaryAsync(t => t.Id, t => RenewedForms.Of(t, found), cancellationToken);
            if (open.Count == 0) return;
            await RenewalRunner.KeepFormsAsync(session, open, cancellationToken);
        }
    }

    private async Task<(List<(EvidenceLeaf Leaf, byte[] Content)> Pending, DateTimeOffset Oldest)> ReadyAsync(CatalogueSession session, HashTreeRenewal renewal, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"""
            SELECT l.batch_id, l.ordinal, l.kind, l.digest, l.package_id, l.subject, l.content_digest, l.sequence_digest, l.prior_tokens, l.of_batch, l.of_ordinal, c.digest, c.read_at
            {Pending} AND c.digest IS NOT NULL ORDER BY l.batch_id, l.ordinal LIMIT $4
            """, renewal.FromAlgorithm, renewal.ToAlgorithm, renewal.StartedAt, _options.MaxLeaves);
        var pending = new List<(EvidenceLeaf, byte[])>();
        var oldest = DateTimeOffset.MaxValue;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            pending.Add((new EvidenceLeaf
            {
                BatchId = reader.GetGuid(0), Ordinal = reader.GetInt32(1), Kind = Enum.Parse<LeafKind>(reader.GetString(2)), Digest = (byte[])reader[3], PackageId = reader[4] as Guid?, Subject = reader.GetString(5),
                ContentDigest = reader[6] as byte[], SequenceDigest = reader[7] as byte[], PriorTokens = reader[8] as Guid[], OfBatch = reader[9] as Guid?, OfOrdinal = reader[10] as int?,
            }, (byte[])reader[11]));
            if (reader.GetFieldValue<DateTimeOffset>(12) is var read && read < oldest) oldest = read;
        }
        return (pending, oldest);
    }

    private async Task EndAsync(HashTreeRenewal renewal, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if ((await RemainingAsync(session, renewal, cancellationToken)).Open > 0) return;
        if (await session.Rows.EvidenceBatches.AnyAsync(b => b.LeadToken == null && (b.Kind == BatchKind.Rehash || b.Algorithm == renewal.FromAlgorithm), cancellationToken)) return;
        await using (var end = session.Command("UPDATE hash_tree_renewal SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", renewal.Id, session.Now)) await end.ExecuteNonQueryAsync(cancellationToken);
        session.Audit(null, null, "evidence.renewed", "hashTreeRenewal", renewal.Id.ToString(), new { from = renewal.FromAlgorithm, to = renewal.ToAlgorithm });
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(3011, LogLevel.Information, "Evidence batch {Id} renews the trees of {Objects} objects by {Algorithm}")]
    private partial void LogEntered(Guid id, int objects, string algorithm);
}
