using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Reads records out of the stored trees: from a leaf to its batch, to a token, to the leaf of a later tree over that token, and so on; across a hash-tree
/// renewal from chain to chain. What was read once is kept for the next record of the same reading, of pages the newest few.
/// </summary>
/// <param name="session">One that sees everything: pages of a tree belong to nobody.</param>
internal sealed class RecordReading(CatalogueSession session)
{
    private readonly Dictionary<Guid, EvidenceBatch> _batches = [];
    private readonly Dictionary<Guid, List<EvidenceToken>> _tokens = [];
    private readonly Dictionary<Guid, List<(Guid Batch, int Ordinal)>> _renewals = [];
    private const int MostPages = 256;
    private readonly Dictionary<(Guid Batch, int Height, int Page), ReadOnlyMemory<byte>> _pages = [];
    private readonly Queue<(Guid Batch, int Height, int Page)> _pageOrder = new();

    /// <summary>The leaves that began the covering of these subjects, in proven batches.</summary>
    public async Task<List<EvidenceLeaf>> OriginsAsync(LeafKind kind, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken) =>
        await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == kind && subjects.Contains(l.Subject) && session.Rows.EvidenceTokens.Any(t => t.BatchId == l.BatchId && t.State == TokenState.Proven && t.Token != null))
            .OrderBy(l => l.BatchId).ThenBy(l => l.Ordinal).ToListAsync(cancellationToken);

    /// <summary>The whole record of a leaf as it stands now.</summary>
    /// <param name="origin">The leaf.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <param name="withLists">Revocation lists that were too long for the tokens go into the record (cryptoInfos, RFC 4998 §3.1); of many records they are better kept once.</param>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<BuiltRecord> RecordAsync(EvidenceLeaf origin, CancellationToken cancellationToken, bool withLists = false)
    {
        var sequence = new EvidenceSequence();
        var stamps = new List<EvidenceToken>();
        var leaf = origin;
        for (var chains = 1; ; chains++)
        {
            var next = await ContinuationAsync(leaf, cancellationToken);
            await AppendAsync(sequence, stamps, leaf, next?.PriorToken, cancellationToken);
            if (next is null) return new BuiltRecord(origin, sequence.ToRecord([], withLists ? await ListsBesideAsync([.. stamps.Select(t => t.Id)], cancellationToken) : [], []), [.. stamps], chains);
            var algorithm = DigestAlgorithm.Find((await BatchAsync(next.BatchId, cancellationToken)).Algorithm)!;
            if (!sequence.Digest(algorithm).Bytes.AsSpan().SequenceEqual(next.SequenceDigest)) throw new InvalidDataException($"the chains of {origin.Kind} {origin.Subject} are not those that were renewed");
            leaf = next;
        }
    }

    /// <summary>The revocation lists that tokens rest on and that were too long to go into them, in a fixed order.</summary>
    public async Task<List<ReadOnlyMemory<byte>>> ListsBesideAsync(IReadOnlyCollection<Guid> tokens, CancellationToken cancellationToken)
    {
        var ids = await session.Rows.EvidenceTokenMaterials.Where(m => tokens.Contains(m.TokenId)).Select(m => m.MaterialId).Distinct().ToListAsync(cancellationToken);
        if (ids.Count == 0) return [];
        return [.. (await session.Rows.ValidationMaterials.AsNoTracking().Where(m => ids.Contains(m.Id)).OrderBy(m => m.ThisUpdate).ThenBy(m => m.Id).Select(m => m.Content).ToListAsync(cancellationToken)).Select(c => c.AsMemory())];
    }

    /// <summary>The archive time-stamps of a leaf's record, oldest first, with the places of the trees that they are read from.</summary>
    public async Task<List<RecordLink>> LinksAsync(EvidenceLeaf origin, CancellationToken cancellationToken)
    {
        var links = new List<RecordLink>();
        for (EvidenceLeaf? leaf = origin, next; leaf is not null; leaf = next)
        {
            var chain = leaf;
            next = await ContinuationAsync(leaf, cancellationToken);
            links.AddRange((await PathAsync(leaf, next?.PriorToken, cancellationToken)).Select(p => new RecordLink(chain, p.Batch, p.Ordinal, p.Token)));
        }
        return links;
    }

    /// <summary>All chains up to the one that a leaf begins, as a hash-tree renewal covers them, and the token that ends them.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<(EvidenceSequence Sequence, Guid End)> ChainsAsync(EvidenceLeaf first, CancellationToken cancellationToken)
    {
        var sequence = new EvidenceSequence();
        var stamps = new List<EvidenceToken>();
        var chain = new Stack<EvidenceLeaf>([first]);
        while (chain.Peek() is { OfBatch: { } batch, OfOrdinal: { } ordinal })
            chain.Push(await session.Rows.EvidenceLeaves.AsNoTracking().SingleAsync(l => l.BatchId == batch && l.Ordinal == ordinal, cancellationToken));
        while (chain.TryPop(out var leaf)) await AppendAsync(sequence, stamps, leaf, chain.TryPeek(out var next) ? next.PriorToken : null, cancellationToken);
        return (sequence, stamps[^1].Id);
    }

    /// <summary>The partial hash trees of a leaf.</summary>
    public async Task<ImmutableArray<ImmutableArray<Digest>>> ReducedTreeAsync(Guid batchId, int ordinal, CancellationToken cancellationToken)
    {
        var batch = await BatchAsync(batchId, cancellationToken);
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        return await HashTreePages.ReducedTreeAsync(algorithm, batch.Leaves, ordinal, new Digest(algorithm, [.. batch.Root]), (height, page) => PageAsync(batch, height, page, cancellationToken));
    }

    public async Task<EvidenceBatch> BatchAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!_batches.TryGetValue(id, out var batch)) _batches[id] = batch = await session.Rows.EvidenceBatches.AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken);
        return batch;
    }

    private async Task AppendAsync(EvidenceSequence sequence, List<EvidenceToken> stamps, EvidenceLeaf leaf, Guid? end, CancellationToken cancellationToken)
    {
        var path = await PathAsync(leaf, end, cancellationToken);
        for (var i = 0; i < path.Count; i++)
        {
            var (batch, ordinal, token) = path[i];
            var reduced = await ReducedTreeAsync(batch, ordinal, cancellationToken);
            if (i == 0) sequence.BeginChain(DigestAlgorithm.Find((await BatchAsync(batch, cancellationToken)).Algorithm)!, reduced, token.Token);
            else sequence.Renew(reduced, token.Token);
            stamps.Add(token);
        }
    }

    // All ways from the leaf's tokens through trees over tokens; the way to the given token, or to the newest one at the end of any.
    private async Task<List<(Guid Batch, int Ordinal, EvidenceToken Token)>> PathAsync(EvidenceLeaf leaf, Guid? end, CancellationToken cancellationToken)
    {
        var from = new Dictionary<Guid, (Guid Batch, int Ordinal, EvidenceToken Token, Guid? Before)>();
        var open = new Queue<Guid>();
        await EnterAsync(leaf.BatchId, leaf.Ordinal, null);
        var algorithm = (await BatchAsync(leaf.BatchId, cancellationToken)).Algorithm;
        while (open.TryDequeue(out var token))
            foreach (var (batch, ordinal) in await RenewalsAsync(token, cancellationToken))
                if ((await BatchAsync(batch, cancellationToken)).Algorithm == algorithm) await EnterAsync(batch, ordinal, token);
        if (from.Count == 0) throw new InvalidDataException($"batch {leaf.BatchId} has no proven token");
        if (end is { } wanted && !from.ContainsKey(wanted)) throw new InvalidDataException($"no way leads from batch {leaf.BatchId} to token {wanted}");
        var path = new List<(Guid, int, EvidenceToken)>();
        for (Guid? at = end ?? from.Values.MaxBy(f => (f.Token.TokenTime, -f.Token.Slot, f.Token.Id)).Token.Id; at is { } id; at = from[id].Before) path.Add((from[id].Batch, from[id].Ordinal, from[id].Token));
        path.Reverse();
        return path;

        async Task EnterAsync(Guid batch, int ordinal, Guid? before)
        {
            foreach (var token in await TokensAsync(batch, cancellationToken))
                if (from.TryAdd(token.Id, (batch, ordinal, token, before))) open.Enqueue(token.Id);
        }
    }

    /// <summary>The tokens of a batch that count.</summary>
    public async Task<List<EvidenceToken>> TokensAsync(Guid batch, CancellationToken cancellationToken)
    {
        if (!_tokens.TryGetValue(batch, out var tokens))
            _tokens[batch] = tokens = await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.BatchId == batch && t.State == TokenState.Proven && t.Token != null).OrderBy(t => t.Slot).ToListAsync(cancellationToken);
        return tokens;
    }

    private async Task<List<(Guid Batch, int Ordinal)>> RenewalsAsync(Guid token, CancellationToken cancellationToken)
    {
        if (_renewals.TryGetValue(token, out var known)) return known;
        var subject = token.ToString();
        var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == LeafKind.TimeStamp && l.Subject == subject).OrderBy(l => l.BatchId).Select(l => new { l.BatchId, l.Ordinal }).ToListAsync(cancellationToken);
        return _renewals[token] = [.. leaves.Select(l => (l.BatchId, l.Ordinal))];
    }

    private Task<EvidenceLeaf?> ContinuationAsync(EvidenceLeaf leaf, CancellationToken cancellationToken) => session.Rows.EvidenceLeaves.AsNoTracking()
        .SingleOrDefaultAsync(l => l.OfBatch == leaf.BatchId && l.OfOrdinal == leaf.Ordinal && session.Rows.EvidenceBatches.Any(b => b.Id == l.BatchId && b.LeadToken != null), cancellationToken);

    private async Task<ReadOnlyMemory<byte>> PageAsync(EvidenceBatch batch, int height, int page, CancellationToken cancellationToken)
    {
        var key = (batch.Id, height, page);
        if (_pages.TryGetValue(key, out var nodes)) return nodes;
        if (height > 0) nodes = await session.Rows.EvidencePages.AsNoTracking().Where(p => p.BatchId == batch.Id && p.Height == height && p.Page == page).Select(p => p.Nodes).SingleOrDefaultAsync(cancellationToken)
            ?? await AgainAsync(batch, key, cancellationToken);
        else nodes = await LeavesAsync(batch.Id, page, cancellationToken);
        Keep(key, nodes);
        return nodes;
    }

    private void Keep((Guid, int, int) key, ReadOnlyMemory<byte> nodes)
    {
        if (!_pages.TryAdd(key, nodes)) return;
        _pageOrder.Enqueue(key);
        if (_pageOrder.Count > MostPages) _pages.Remove(_pageOrder.Dequeue());
    }

    private async Task<byte[]> LeavesAsync(Guid batch, int page, CancellationToken cancellationToken)
    {
        await using var command = session.Command("SELECT string_agg(digest, ''::bytea ORDER BY ordinal) FROM evidence_leaf WHERE batch_id = $1 AND ordinal >= $2 AND ordinal < $3",
            batch, page * HashTreePages.PageNodes, (page + 1) * HashTreePages.PageNodes);
        return await command.ExecuteScalarAsync(cancellationToken) as byte[] ?? [];
    }

    // Batches of before there were pages: they are made from the leaves, once a reading.
    private async Task<byte[]> AgainAsync(EvidenceBatch batch, (Guid, int, int) wanted, CancellationToken cancellationToken)
    {
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        var writer = new HashTreePageWriter(algorithm);
        for (var page = 0; page * HashTreePages.PageNodes < batch.Leaves; page++)
            foreach (var leaf in HashTreePages.Split(algorithm, await LeavesAsync(batch.Id, page, cancellationToken))) writer.Add(leaf);
        byte[]? found = null;
        foreach (var (height, page, nodes) in writer.Close().Pages)
        {
            Keep((batch.Id, height, page), nodes);
            if ((batch.Id, height, page) == wanted) found = nodes;
        }
        return found ?? throw new InvalidDataException($"batch {batch.Id} has fewer leaves than it says");
    }
}
