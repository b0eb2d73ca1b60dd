using System.Buffers;
using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Evidence.HashTrees;

/// <summary>
/// Merkle tree of RFC 4998 §4.2. Neighbouring nodes are joined in pairs: the two values are sorted as unsigned bytes, concatenated and
/// digested; a node left over at the end of a row goes up as it is. Leaves are digests as given: equal ones stay, their order stays.
/// A tree over one leaf has that leaf as its root (a list of one value is that value, RFC 4998 §4.2.2).
/// </summary>
public sealed class HashTree
{
    // Rows up to this long stand on the ways of very many leaves: their nodes are made once.
    private const int MaxShared = 4_096;
    private readonly byte[][] _rows;
    private readonly ImmutableArray<Digest>[]?[] _shared;

    private HashTree(DigestAlgorithm algorithm, byte[][] rows)
    {
        Algorithm = algorithm;
        _rows = rows;
        _shared = [.. rows.Select(r => r.Length / algorithm.LengthBytes).Select(nodes => nodes <= MaxShared ? new ImmutableArray<Digest>[nodes] : null)];
        Root = new Digest(algorithm, [.. rows[^1]]);
    }

    /// <summary>The function of leaves, nodes and root.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The value to be time-stamped: it is the message imprint, and is not digested again (RFC 4998 §4.2.1).</summary>
    public Digest Root { get; }

    /// <summary>Number of leaves.</summary>
    public int Count => _rows[0].Length / Algorithm.LengthBytes;

    /// <summary>Builds the tree; takes twice the leaves' bytes of memory.</summary>
    /// <exception cref="ArgumentException">There is no leaf, or one is of another algorithm.</exception>
    public static HashTree Build(DigestAlgorithm algorithm, IReadOnlyList<Digest> leaves)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count == 0) throw new ArgumentException("a tree has at least one leaf", nameof(leaves));
        var size = algorithm.LengthBytes;
        var row = new byte[(long)leaves.Count * size];
        for (var i = 0; i < leaves.Count; i++)
        {
            if (leaves[i].Algorithm != algorithm) throw new ArgumentException($"leaf {i} is no {algorithm} digest", nameof(leaves));
            leaves[i].Bytes.CopyTo(row, i * size);
        }
        var rows = new List<byte[]> { row };
        using var hash = algorithm.Start();
        while (row.Length > size) rows.Add(row = Above(row, size, hash));
        return new HashTree(algorithm, [.. rows]);
    }

    /// <summary>All nodes of a row one after the other; row 0 is the leaves.</summary>
    internal ReadOnlyMemory<byte> Row(int row) => _rows[row];

    /// <summary>A leaf, as it was given.</summary>
    public Digest Leaf(int leafIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leafIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leafIndex, Count);
        return Node(0, leafIndex);
    }

    /// <summary>
    /// The partial hash trees of a leaf, bottom first, as a <c>reducedHashtree</c> holds them (RFC 4998 §4.2.2): the first list is the
    /// leaf and its neighbour, each further list the neighbour of what the lists before it come to. Lists are sorted as the RFC asks.
    /// </summary>
    public ImmutableArray<ImmutableArray<Digest>> ReducedTree(int leafIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leafIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leafIndex, Count);
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>(_rows.Length);
        var own = Node(0, leafIndex);
        var first = true;
        var at = leafIndex;
        for (var row = 0; row < _rows.Length - 1; row++, at /= 2)
        {
            var neighbour = at ^ 1;
            if (neighbour >= _rows[row].Length / Algorithm.LengthBytes) continue;
            if (first && Node(row, neighbour) is var other) lists.Add(Compare(own, other) <= 0 ? [own, other] : [other, own]);
            else lists.Add(Alone(row, neighbour));
            first = false;
        }
        if (first) lists.Add([own]);
        return lists.DrainToImmutable();
    }

    /// <summary>
    /// Does the reduced tree lead from the leaf to the root (RFC 4998 §4.3). The leaf must be in the first list; a first list of more
    /// than two values is a declared group and is accepted.
    /// </summary>
    public static bool Verify(Digest leaf, IReadOnlyList<IReadOnlyList<Digest>> reduced, Digest root)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(reduced);
        ArgumentNullException.ThrowIfNull(root);
        if (reduced.Count == 0) return leaf == root;
        if (!reduced[0].Contains(leaf)) return false;
        var value = Join(reduced[0], root.Algorithm);
        for (var i = 1; i < reduced.Count && value is not null; i++) value = Join([.. reduced[i], value], root.Algorithm);
        return value == root;
    }

    private static Digest? Join(IReadOnlyList<Digest> values, DigestAlgorithm algorithm)
    {
        if (values.Count == 0 || values.Any(v => v.Algorithm != algorithm)) return null;
        if (values.Count == 1) return values[0];
        using var hash = algorithm.Start();
        foreach (var value in values.Order(Comparer<Digest>.Create(Compare))) hash.AppendData(value.Bytes.AsSpan());
        return new Digest(algorithm, [.. hash.GetHashAndReset()]);
    }

    private static int Compare(Digest a, Digest b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes.AsSpan());

    internal static byte[] Above(byte[] row, int size, RunningHash hash)
    {
        var count = row.Length / size;
        var above = new byte[(count + 1) / 2 * size];
        var pair = ArrayPool<byte>.Shared.Rent(2 * size);
        for (var i = 0; i < count; i += 2)
        {
            var target = above.AsSpan(i / 2 * size, size);
            var left = row.AsSpan(i * size, size);
            if (i + 1 == count)
            {
                left.CopyTo(target);
                continue;
            }
            var right = row.AsSpan((i + 1) * size, size);
            var ordered = left.SequenceCompareTo(right) <= 0;
            (ordered ? left : right).CopyTo(pair);
            (ordered ? right : left).CopyTo(pair.AsSpan(size));
            hash.AppendData(pair, 0, 2 * size);
            hash.GetHashAndReset(target);
        }
        ArrayPool<byte>.Shared.Return(pair);
        return above;
    }

    private ImmutableArray<Digest> Alone(int row, int index)
    {
        if (_shared[row] is not { } shared) return [Node(row, index)];
        return shared[index].IsDefault ? shared[index] = [Node(row, index)] : shared[index];
    }

    private Digest Node(int row, int index) =>
        new(Algorithm, [.. _rows[row].AsSpan(index * Algorithm.LengthBytes, Algorithm.LengthBytes)]);
}
