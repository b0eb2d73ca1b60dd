using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;

namespace Preservation.Catalogue;

/// <summary>
/// Puts committed audit entries in order, as one batch, and seals them under a new head. Entries are inserted without any lock
/// by whoever changes state; only this, one at a time, gives them their place.
/// </summary>
public sealed class AuditSealer(CatalogueSessions sessions)
{
    private const long SealerLock = 0x5052_4553_4541_4C;

    /// <summary>Seals what is open; null when nothing is, or another sealer is at work.</summary>
    public async Task<AuditBatch?> SealAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", SealerLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return null;
        var last = await session.Rows.AuditBatches.AsNoTracking().OrderByDescending(b => b.Number).FirstOrDefaultAsync(cancellationToken);
        var open = await session.Rows.AuditEntries.AsNoTracking()
            .Where(e => !session.Rows.AuditSeals.Any(s => s.EntryId == e.Id))
            .OrderBy(e => e.Id).Take(10_000).ToListAsync(cancellationToken);
        if (open.Count == 0) return null;

        var frontier = last is null ? MerkleFrontier.Empty : MerkleFrontier.Decode(last.TreeSize, last.Frontier);
        var leaves = open.Select(e => MerkleLog.LeafHash(AuditJson.Skeleton(e))).ToImmutableArray();
        foreach (var leaf in leaves) frontier = frontier.Append(leaf);
        var batch = new AuditBatch
        {
            Number = (last?.Number ?? 0) + 1, TreeSize = frontier.Size, Head = [.. frontier.Head], Frontier = frontier.Encode(), SealedAt = session.Now,
        };
        await using (var insert = session.Command("""
            INSERT INTO audit_seal (entry_id, sequence, batch, leaf_hash)
            SELECT entry, $1 + ordinal - 1, $2, leaf FROM unnest($3::bigint[], $4::bytea[]) WITH ORDINALITY AS t (entry, leaf, ordinal)
            """, last?.TreeSize ?? 0, batch.Number, open.Select(e => e.Id).ToArray(), leaves.Select(l => l.ToArray()).ToArray()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        session.Rows.AuditBatches.Add(batch);
        await session.FlushAsync(cancellationToken);
        await AuditTree.CompleteAsync(session, batch.TreeSize, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return batch;
    }
}
