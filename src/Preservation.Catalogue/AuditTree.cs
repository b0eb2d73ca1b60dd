using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Core.Log;

namespace Preservation.Catalogue;

/// <summary>
/// The hash tree of the sealed audit log in pages of 256 hashes: the leaves, and of the rows above them every eighth, as far as its subtrees are complete.
/// What a proof needs is read from a few of them.
/// </summary>
/// <param name="session">Any: hashes tell nothing.</param>
public sealed class AuditTree(CatalogueSession session)
{
    private const int Rows = 8;
    private const int PageNodes = 1 << Rows;
    private const int MostPages = 64;
    private const int MostNew = 4_096;
    private readonly Dictionary<(int Height, long Page), ImmutableArray<byte>[]> _pages = [];
    private readonly Queue<(int Height, long Page)> _order = new();

    /// <summary>Adds the nodes that the tree of this size has and that are not there yet; of a long log without nodes some at a time.</summary>
    internal static async Task CompleteAsync(CatalogueSession session, long treeSize, CancellationToken cancellationToken)
    {
        var tree = new AuditTree(session);
        for (var height = Rows; treeSize >> height > 0; height += Rows)
        {
            var level = height;
            var from = await session.Rows.AuditNodes.Where(n => n.Height == level).MaxAsync(n => (long?)n.Number, cancellationToken) + 1 ?? 0;
            var numbers = new List<long>();
            var hashes = new List<byte[]>();
            for (var number = from; number < treeSize >> height && numbers.Count < MostNew; number++)
            {
                var page = await tree.PageAsync(height - Rows, number, cancellationToken);
                if (page.Length < PageNodes) break;
                numbers.Add(number);
                hashes.Add([.. MerkleLog.Head(page)]);
            }
            if (numbers.Count == 0) continue;
            await using var insert = session.Command("INSERT INTO audit_node (height, number, hash) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[])", height, numbers.ToArray(), hashes.ToArray());
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The hashes over these ranges of sealed entries, as <see cref="MerkleLog.InclusionRanges"/> and <see cref="MerkleLog.ConsistencyRanges"/> name them.</summary>
    /// <exception cref="InvalidDataException">The log is shorter.</exception>
    public async Task<ImmutableArray<ImmutableArray<byte>>> ProofAsync(ImmutableArray<(long Start, long Count)> ranges, CancellationToken cancellationToken)
    {
        var proof = ImmutableArray.CreateBuilder<ImmutableArray<byte>>(ranges.Length);
        foreach (var (start, count) in ranges)
        {
            var subtrees = new List<ImmutableArray<byte>>();
            foreach (var (height, number) in MerkleLog.Subtrees(start, count)) subtrees.Add(await NodeAsync(height, number, cancellationToken));
            proof.Add(MerkleLog.Join(subtrees));
        }
        return proof.ToImmutable();
    }

    private async Task<ImmutableArray<byte>> NodeAsync(int height, long number, CancellationToken cancellationToken)
    {
        // Nodes of one page at the stored row below; a node of a stored row is looked up in its own.
        var within = height % Rows;
        var stored = height - within;
        var page = await PageAsync(stored, number >> (Rows - within), cancellationToken);
        var from = (int)(number & ((1 << (Rows - within)) - 1)) << within;
        if (from + (1 << within) <= page.Length) return MerkleLog.Head(page.AsSpan(from, 1 << within));
        // Not made yet, in a log of before there were nodes.
        if (stored == 0) throw new InvalidDataException("the sealed log ends before that");
        var left = await NodeAsync(height - 1, number * 2, cancellationToken);
        return MerkleLog.Join([left, await NodeAsync(height - 1, number * 2 + 1, cancellationToken)]);
    }

    private async Task<ImmutableArray<byte>[]> PageAsync(int height, long page, CancellationToken cancellationToken)
    {
        if (_pages.TryGetValue((height, page), out var known)) return known;
        var (from, until) = (page * PageNodes, (page + 1) * PageNodes);
        var hashes = height == 0
            ? await session.Rows.AuditSeals.AsNoTracking().Where(s => s.Sequence >= from && s.Sequence < until).OrderBy(s => s.Sequence).Select(s => s.LeafHash).ToListAsync(cancellationToken)
            : await session.Rows.AuditNodes.AsNoTracking().Where(n => n.Height == height && n.Number >= from && n.Number < until).OrderBy(n => n.Number).Select(n => n.Hash).ToListAsync(cancellationToken);
        if (_order.Count == MostPages) _pages.Remove(_order.Dequeue());
        _order.Enqueue((height, page));
        return _pages[(height, page)] = [.. hashes.Select(h => h.ToImmutableArray())];
    }
}
