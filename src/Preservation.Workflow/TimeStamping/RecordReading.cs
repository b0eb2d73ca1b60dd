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
/// renewal from chain to chain. What was read once is kept for the next records of the same reading, the newest of each kind.
/// </summary>
/// <param name="session">One that sees everything: pages of a tree belong to nobody.</param>
internal sealed class RecordReading(CatalogueSession session)
{
    private const int MostPages = 256;
    private const int MostBatches = 4096;
    private const int MostLists = 16;
    private readonly Recent<Guid, EvidenceBatch> _batches = new(MostBatches);
    private readonly Recent<Guid, List<EvidenceToken>> _tokens = new(MostBatches);
    private readonly Recent<Guid, List<(Guid Batch, int Ordinal)>> _renewals = new(MostBatches);
    private readonly Recent<(Guid Batch, int Height, int Page), ReadOnlyMemory<byte>> _pages = new(MostPages);
    private readonly Recent<(Guid Batch, int Page), Dictionary<int, EvidenceLeaf>> _continuations = new(MostPages);
    private readonly Recent<(Guid Batch, Guid? End), List<Place>> _paths = new(MostPages);
    private readonly Recent<(Guid Batch, int Ordinal), ImmutableArray<ImmutableArray<Digest>>> _shared = new(MostPages);
    private readonly Recent<string, List<ReadOnlyMemory<byte>>> _lists = new(MostLists);
    private TokenEnds? _ends;

    /// <summary>The leaves that began the covering of these subjects, in proven batches.</summary>
    public async Task<List<EvidenceLeaf>> OriginsAsync(LeafKind kind, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken) =>
        await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == kind && subjects.Contains(l.Subject) && session.Rows.EvidenceTokens.Any(t => t.BatchId == l.BatchId && t.State == TokenState.Proven && t.Token != null))
            .OrderBy(l => l.BatchId).ThenBy(l => l.Ordinal).ToListAsync(cancellationToken);

    /// <summary>Of several records of one object the one that proves it now, that by the longest function if several do.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<BuiltRecord> BestAsync(IEnumerable<EvidenceLeaf> origins, CancellationToken cancellationToken, bool withLists = false)
    {
        var byLength = origins.OrderByDescending(l => l.Digest.Length).ToList();
        if (byLength.Count == 0) throw new ArgumentException("no origin is given", nameof(origins));
        if (byLength.Count > 1)
            foreach (var origin in byLength)
                if (await StandsAsync(origin, cancellationToken)) return await RecordAsync(origin, cancellationToken, withLists);
        return await RecordAsync(byLength[0], cancellationToken, withLists);
    }

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
            await AppendAsync(sequence, stamps, leaf, next, cancellationToken);
            if (next is null)
                return new BuiltRecord(origin, sequence.ToRecord([], withLists ? await ListsOfAsync(stamps, cancellationToken) : [], []), [.. stamps], chains, await StandsAsync(stamps, cancellationToken));
            var algorithm = DigestAlgorithm.Find((await BatchAsync(next.BatchId, cancellationToken)).Algorithm)!;
            if (!sequence.Digest(algorithm).Bytes.AsSpan().SequenceEqual(next.SequenceDigest)) throw new InvalidDataException($"the chains of {origin.Kind} {origin.Subject} are not those that were renewed");
            leaf = next;
        }
    }

    // The records of one batch go through the same tokens.
    private Task<List<ReadOnlyMemory<byte>>> ListsOfAsync(List<EvidenceToken> stamps, CancellationToken cancellationToken) =>
        _lists.GetAsync(string.Join(' ', stamps.Select(t => t.Id)), () => ListsBesideAsync([.. stamps.Select(t => t.Id)], cancellationToken));

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
            links.AddRange((await PathAsync(leaf, next, cancellationToken)).Select(p => new RecordLink(chain, p.Batch, p.Ordinal, p.Token)));
        }
        return links;
    }

    /// <summary>All chains up to the one that a leaf begins, as a hash-tree renewal covers them, and the tokens of that one in order.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<(EvidenceSequence Sequence, ImmutableArray<EvidenceToken> Last)> ChainsAsync(EvidenceLeaf first, CancellationToken cancellationToken)
    {
        var sequence = new EvidenceSequence();
        var chain = new Stack<EvidenceLeaf>([first]);
        while (chain.Peek() is { OfBatch: { } batch, OfOrdinal: { } ordinal })
            chain.Push(await session.Rows.EvidenceLeaves.AsNoTracking().SingleAsync(l => l.BatchId == batch && l.Ordinal == ordinal, cancellationToken));
        while (true)
        {
            var (leaf, stamps) = (chain.Pop(), new List<EvidenceToken>());
            await AppendAsync(sequence, stamps, leaf, chain.TryPeek(out var next) ? next : null, cancellationToken);
            if (chain.Count == 0) return (sequence, [.. stamps]);
        }
    }

    /// <summary>The partial hash trees of a leaf.</summary>
    public async Task<ImmutableArray<ImmutableArray<Digest>>> ReducedTreeAsync(Guid batchId, int ordinal, CancellationToken cancellationToken)
    {
        var batch = await BatchAsync(batchId, cancellationToken);
        var algorithm = DigestAlgorithm.Find(batch.Algorithm)!;
        return await HashTreePages.ReducedTreeAsync(algorithm, batch.Leaves, ordinal, new Digest(algorithm, [.. batch.Root]), (height, page) => PageAsync(batch, height, page, cancellationToken));
    }

    public Task<EvidenceBatch> BatchAsync(Guid id, CancellationToken cancellationToken) =>
        _batches.GetAsync(id, () => session.Rows.EvidenceBatches.AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken));

    private async Task AppendAsync(EvidenceSequence sequence, List<EvidenceToken> stamps, EvidenceLeaf leaf, EvidenceLeaf? next, CancellationToken cancellationToken)
    {
        var path = await PathAsync(leaf, next, cancellationToken);
        for (var i = 0; i < path.Count; i++)
        {
            var (batch, ordinal, token) = path[i];
            if (i == 0) sequence.BeginChain(DigestAlgorithm.Find((await BatchAsync(batch, cancellationToken)).Algorithm)!, await ReducedTreeAsync(batch, ordinal, cancellationToken), token.Form);
            else sequence.Renew(await SharedTreeAsync(batch, ordinal, cancellationToken), token.Form);
            stamps.Add(token);
        }
    }

    // The records of one batch go through the same leaves of the trees over its tokens.
    private Task<ImmutableArray<ImmutableArray<Digest>>> SharedTreeAsync(Guid batch, int ordinal, CancellationToken cancellationToken) =>
        _shared.GetAsync((batch, ordinal), () => ReducedTreeAsync(batch, ordinal, cancellationToken));

    // What a hash-tree renewal covered stays as it was; what nothing covers yet takes the way by which it stands longest.
    private async Task<List<Place>> PathAsync(EvidenceLeaf leaf, EvidenceLeaf? next, CancellationToken cancellationToken)
    {
        if (next is { PriorTokens: { } tokens }) return await GivenAsync(leaf, tokens, cancellationToken);
        var path = await _paths.GetAsync((leaf.BatchId, next?.PriorToken), async () =>
            next is null ? await NewestAsync(leaf.BatchId, cancellationToken) : Way(await WalkAsync(leaf.BatchId, _ => true, cancellationToken), next.PriorToken!.Value));
        return [path[0] with { Ordinal = leaf.Ordinal }, .. path.Skip(1)];
    }

    private async Task<List<Place>> GivenAsync(EvidenceLeaf leaf, Guid[] tokens, CancellationToken cancellationToken)
    {
        var path = new List<Place>();
        foreach (var id in tokens)
        {
            var places = path.Count == 0 ? [(leaf.BatchId, leaf.Ordinal)] : await RenewalsAsync(path[^1].Token.Id, cancellationToken);
            Place? found = null;
            foreach (var (batch, ordinal) in places)
                if ((await TokensAsync(batch, cancellationToken)).Find(t => t.Id == id) is { } token) found = new Place(batch, ordinal, token);
            path.Add(found ?? throw new InvalidDataException($"no way leads from batch {leaf.BatchId} to token {id}"));
        }
        return path;
    }

    // Through tokens that still stood when the next one was made, to one that stands now; failing that to the newest of all.
    private async Task<List<Place>> NewestAsync(Guid batch, CancellationToken cancellationToken)
    {
        var algorithm = (await BatchAsync(batch, cancellationToken)).Algorithm;
        var ends = await EndsAsync(cancellationToken);
        var sound = await WalkAsync(batch, step => step.Next.TokenTime < ends.EndOf(step.Token, algorithm), cancellationToken);
        var standing = sound.Values.Where(f => ends.EndOf(f.Place.Token, algorithm) > session.Now).ToList();
        var (from, among) = standing.Count > 0 ? (sound, standing) : (await WalkAsync(batch, _ => true, cancellationToken), []);
        return Way(from, (among.Count > 0 ? among : [.. from.Values]).MaxBy(f => (f.Place.Token.TokenTime, -f.Place.Token.Slot, f.Place.Token.Id)).Place.Token.Id);
    }

    private static List<Place> Way(Dictionary<Guid, (Place Place, Guid? Before)> from, Guid end)
    {
        var path = new List<Place>();
        for (Guid? at = end; at is { } id; at = from[id].Before) path.Add(from.TryGetValue(id, out var one) ? one.Place : throw new InvalidDataException($"no way leads to token {id}"));
        path.Reverse();
        return path;
    }

    // All ways from a batch's tokens through trees of its function over tokens.
    private async Task<Dictionary<Guid, (Place Place, Guid? Before)>> WalkAsync(Guid start, Func<(EvidenceToken Token, EvidenceToken Next), bool> allows, CancellationToken cancellationToken)
    {
        var from = new Dictionary<Guid, (Place Place, Guid? Before)>();
        var open = new Queue<EvidenceToken>();
        var algorithm = (await BatchAsync(start, cancellationToken)).Algorithm;
        foreach (var token in await TokensAsync(start, cancellationToken)) Enter(start, 0, token, null);
        while (open.TryDequeue(out var token))
            foreach (var (batch, ordinal) in await RenewalsAsync(token.Id, cancellationToken))
                if ((await BatchAsync(batch, cancellationToken)).Algorithm == algorithm)
                    foreach (var next in await TokensAsync(batch, cancellationToken))
                        if (allows((token, next))) Enter(batch, ordinal, next, token.Id);
        return from.Count > 0 ? from : throw new InvalidDataException($"batch {start} has no proven token");

        void Enter(Guid batch, int ordinal, EvidenceToken token, Guid? before)
        {
            if (from.TryAdd(token.Id, (new Place(batch, ordinal, token), before))) open.Enqueue(token);
        }
    }

    // Which tokens a record goes through says whether it stands; the trees are not read for that.
    private async Task<bool> StandsAsync(EvidenceLeaf origin, CancellationToken cancellationToken)
    {
        var stamps = new List<EvidenceToken>();
        for (EvidenceLeaf? leaf = origin, next; leaf is not null; leaf = next)
        {
            next = await ContinuationAsync(leaf, cancellationToken);
            stamps.AddRange((await PathAsync(leaf, next, cancellationToken)).Select(p => p.Token));
        }
        return await StandsAsync(stamps, cancellationToken);
    }

    private async Task<bool> StandsAsync(List<EvidenceToken> stamps, CancellationToken cancellationToken)
    {
        var ends = await EndsAsync(cancellationToken);
        for (var i = 0; i < stamps.Count; i++)
        {
            var until = i + 1 < stamps.Count ? stamps[i + 1].TokenTime!.Value : session.Now;
            if (ends.EndOf(stamps[i], (await BatchAsync(stamps[i].BatchId, cancellationToken)).Algorithm) <= until) return false;
        }
        return true;
    }

    private async Task<TokenEnds> EndsAsync(CancellationToken cancellationToken) => _ends ??= await TokenEnds.LoadAsync(session, cancellationToken);

    private sealed record Place(Guid Batch, int Ordinal, EvidenceToken Token);

    /// <summary>The tokens of a batch that count.</summary>
    public Task<List<EvidenceToken>> TokensAsync(Guid batch, CancellationToken cancellationToken) => _tokens.GetAsync(batch, () =>
        session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.BatchId == batch && t.State == TokenState.Proven && t.Token != null).OrderBy(t => t.Slot).ToListAsync(cancellationToken));

    private Task<List<(Guid Batch, int Ordinal)>> RenewalsAsync(Guid token, CancellationToken cancellationToken) => _renewals.GetAsync(token, async () =>
    {
        var subject = token.ToString();
        var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == LeafKind.TimeStamp && l.Subject == subject).OrderBy(l => l.BatchId).Select(l => new { l.BatchId, l.Ordinal }).ToListAsync(cancellationToken);
        return leaves.ConvertAll(l => (l.BatchId, l.Ordinal));
    });

    // A page at a time: the records of one batch are mostly asked for together.
    private async Task<EvidenceLeaf?> ContinuationAsync(EvidenceLeaf leaf, CancellationToken cancellationToken)
    {
        var page = leaf.Ordinal / HashTreePages.PageNodes;
        var known = await _continuations.GetAsync((leaf.BatchId, page), () =>
        {
            var (first, last) = (page * HashTreePages.PageNodes, (page + 1) * HashTreePages.PageNodes);
            return session.Rows.EvidenceLeaves.AsNoTracking()
                .Where(l => l.OfBatch == leaf.BatchId && l.OfOrdinal >= first && l.OfOrdinal < last && session.Rows.EvidenceBatches.Any(b => b.Id == l.BatchId && b.LeadToken != null)).ToDictionaryAsync(l => l.OfOrdinal!.Value, cancellationToken);
        });
        return known.GetValueOrDefault(leaf.Ordinal);
    }

    private Task<ReadOnlyMemory<byte>> PageAsync(EvidenceBatch batch, int height, int page, CancellationToken cancellationToken)
    {
        var key = (batch.Id, height, page);
        return _pages.GetAsync(key, async () => height == 0
            ? await LeavesAsync(batch.Id, page, cancellationToken)
            : await session.Rows.EvidencePages.AsNoTracking().Where(p => p.BatchId == batch.Id && p.Height == height && p.Page == page).Select(p => p.Nodes).SingleOrDefaultAsync(cancellationToken)
                ?? await AgainAsync(batch, key, cancellationToken));
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
            _pages.Keep((batch.Id, height, page), nodes);
            if ((batch.Id, height, page) == wanted) found = nodes;
        }
        return found ?? throw new InvalidDataException($"batch {batch.Id} has fewer leaves than it says");
    }
}
