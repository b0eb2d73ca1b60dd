using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Evidence.HashTrees;

/// <summary>
/// The tree of <see cref="HashTree"/> in pages of 256 nodes: the leaves, and of the rows above them every eighth. It is built from leaves that pass by
/// once, and the partial hash trees of a leaf are read from one page a kept row: of a million leaves three, of 16 KiB at most each (SHA-512).
/// </summary>
public static class HashTreePages
{
    /// <summary>Rows between two that are kept.</summary>
    public const int Rows = 8;

    /// <summary>Nodes of a full page.</summary>
    public const int PageNodes = 1 << Rows;

    /// <summary>The last row that is kept has one page; its own root is the tree's.</summary>
    /// <param name="leaves">Number of leaves.</param>
    public static int TopHeight(int leaves)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        var height = 0;
        for (var count = leaves; count > PageNodes; count = Above(count)) height += Rows;
        return height;
    }

    /// <summary>
    /// The partial hash trees of a leaf for a record of that leaf alone: the leaf by itself, then its neighbours upwards (RFC 4998 §4.2.2). Every page
    /// is proven by the one above it, the last by the root.
    /// </summary>
    /// <param name="algorithm">Function of the tree.</param>
    /// <param name="leaves">Number of leaves.</param>
    /// <param name="ordinal">The leaf's place, from 0.</param>
    /// <param name="root">What was time-stamped.</param>
    /// <param name="page">Gives the nodes of a page by its height and number.</param>
    /// <exception cref="InvalidDataException">A page is not what the root vouches for.</exception>
    public static async Task<ImmutableArray<ImmutableArray<Digest>>> ReducedTreeAsync(
        DigestAlgorithm algorithm, int leaves, int ordinal, Digest root, Func<int, int, Task<ReadOnlyMemory<byte>>> page)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(page);
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, leaves);
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>();
        Digest? below = null;
        var (at, count) = (ordinal, leaves);
        for (var height = 0; ; height += Rows, at /= PageNodes, count = Above(count))
        {
            var nodes = await page(height, at / PageNodes).ConfigureAwait(false);
            if (nodes.Length != Math.Min(PageNodes, count - at / PageNodes * PageNodes) * algorithm.LengthBytes) throw Damaged();
            var tree = HashTree.Build(algorithm, Split(algorithm, nodes));
            var own = tree.Leaf(at % PageNodes);
            if (below is null) lists.Add([own]);
            else if (below != own) throw Damaged();
            AddNeighbours(tree, at % PageNodes, own, lists);
            below = tree.Root;
            if (count > PageNodes) continue;
            return below == root ? lists.ToImmutable() : throw Damaged();
        }
    }

    /// <summary>Number of nodes in the next row that is kept.</summary>
    public static int Above(int count) => (count + PageNodes - 1) / PageNodes;

    /// <summary>Digests that lie one after the other.</summary>
    public static ImmutableArray<Digest> Split(DigestAlgorithm algorithm, ReadOnlyMemory<byte> nodes)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var size = algorithm.LengthBytes;
        var digests = ImmutableArray.CreateBuilder<Digest>(nodes.Length / size);
        for (var i = 0; i < nodes.Length / size; i++) digests.Add(new Digest(algorithm, [.. nodes.Span.Slice(i * size, size)]));
        return digests.ToImmutable();
    }

    // The first list of a page's own reduced tree is the node and its neighbour, in the order of their values; later lists are neighbours alone.
    private static void AddNeighbours(HashTree tree, int at, Digest own, ImmutableArray<ImmutableArray<Digest>>.Builder lists)
    {
        var reduced = tree.ReducedTree(at);
        var neighbour = reduced[0].RemoveAt(reduced[0].IndexOf(own));
        if (!neighbour.IsEmpty) lists.Add(neighbour);
        lists.AddRange(reduced.Skip(1));
    }

    private static InvalidDataException Damaged() => new("a page of the hash tree is damaged");
}
