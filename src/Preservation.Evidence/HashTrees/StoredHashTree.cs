using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Preservation.Core.Digests;

namespace Preservation.Evidence.HashTrees;

/// <summary>
/// A hash tree as bytes at rest, from which the partial hash trees of one leaf are read without the rest: a header of 128 bytes, then the leaves, then
/// every fourth row above them. That is one fifteenth more than the leaves alone; a leaf of a million costs five reads of 1 KiB (of SHA-512).
/// What is read proves itself: each block must come to its node in the row above and the last one to the root.
/// </summary>
/// <remarks>
/// Header: <c>HASHTREE</c>, the format's number (1 byte), rows between two stored ones (1 byte), 6 bytes of zero, the algorithm's name in ASCII
/// (16 bytes, padded with zeros), the number of leaves (8 bytes, big-endian), the root (64 bytes, padded with zeros), zeros.
/// </remarks>
public sealed class StoredHashTree
{
    private const int Rows = 4;
    private const int BlockNodes = 1 << Rows;
    private const int HeaderBytes = 128;
    private const byte Format = 1;
    private readonly Func<long, int, CancellationToken, Task<ReadOnlyMemory<byte>>> _read;

    private StoredHashTree(Func<long, int, CancellationToken, Task<ReadOnlyMemory<byte>>> read, DigestAlgorithm algorithm, long count, Digest root) =>
        (_read, Algorithm, Count, Root) = (read, algorithm, count, root);

    /// <summary>The function of leaves, nodes and root.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>Number of leaves.</summary>
    public long Count { get; }

    /// <summary>The value that was time-stamped.</summary>
    public Digest Root { get; }

    /// <summary>Length of a stored tree.</summary>
    public static long BytesOf(DigestAlgorithm algorithm, long leaves)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        var nodes = leaves;
        for (var row = leaves; row > BlockNodes; nodes += row) row = Above(row);
        return HeaderBytes + nodes * algorithm.LengthBytes;
    }

    /// <summary>Writes the tree; the same leaves give the same bytes. The output stays open.</summary>
    public static async Task WriteAsync(HashTree tree, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(output);
        var header = new byte[HeaderBytes];
        "HASHTREE"u8.CopyTo(header);
        (header[8], header[9]) = (Format, Rows);
        Encoding.ASCII.GetBytes(tree.Algorithm.Name, header.AsSpan(16, 16));
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(32), tree.Count);
        tree.Root.Bytes.CopyTo(header, 40);
        await output.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        long count = tree.Count;
        for (var row = 0; ; row += Rows, count = Above(count))
        {
            await output.WriteAsync(tree.Row(row), cancellationToken).ConfigureAwait(false);
            if (count <= BlockNodes) return;
        }
    }

    /// <summary>Opens a stored tree that can be read at any place.</summary>
    /// <param name="stored">A seekable stream; stays open, and is the tree's alone while it is used.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="InvalidDataException">It is no stored tree.</exception>
    public static Task<StoredHashTree> OpenAsync(Stream stored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (!stored.CanSeek) throw new ArgumentException("a stored tree is read at several places", nameof(stored));
        return OpenAsync(ReadAsync, cancellationToken);

        async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, int length, CancellationToken cancel)
        {
            var bytes = new byte[length];
            stored.Position = offset;
            var read = await stored.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            return bytes.AsMemory(0, read);
        }
    }

    /// <summary>Opens a stored tree by the reads of a store that gives ranges.</summary>
    /// <param name="read">Reads so many bytes from a place; fewer at the end.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="InvalidDataException">It is no stored tree.</exception>
    public static async Task<StoredHashTree> OpenAsync(Func<long, int, CancellationToken, Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var header = await read(0, HeaderBytes, cancellationToken).ConfigureAwait(false);
        if (header.Length < HeaderBytes || !header.Span.StartsWith("HASHTREE"u8) || header.Span[8] != Format || header.Span[9] != Rows)
            throw new InvalidDataException("this is no stored hash tree");
        var algorithm = DigestAlgorithm.Find(Encoding.ASCII.GetString(header.Span.Slice(16, 16).TrimEnd((byte)0)));
        var count = BinaryPrimitives.ReadInt64BigEndian(header.Span[32..]);
        if (algorithm is null || count is < 1 or > 1L << 40) throw new InvalidDataException("the header of a stored hash tree is damaged");
        return new StoredHashTree(read, algorithm, count, new Digest(algorithm, [.. header.Span.Slice(40, algorithm.LengthBytes)]));
    }

    /// <summary>The partial hash trees of one leaf of a stored tree, as <see cref="HashTree.ReducedTree"/> gives them.</summary>
    /// <exception cref="InvalidDataException">It is no stored tree, or damaged on the leaf's way to the root.</exception>
    public static async Task<ImmutableArray<ImmutableArray<Digest>>> ReducedTreeAsync(Stream stored, long ordinal, CancellationToken cancellationToken)
    {
        var tree = await OpenAsync(stored, cancellationToken).ConfigureAwait(false);
        return await tree.ReducedTreeAsync(ordinal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A leaf, as it was given; proven only by <see cref="ReducedTreeAsync(long, CancellationToken)"/>.</summary>
    /// <exception cref="InvalidDataException">The tree ends before it.</exception>
    public async Task<Digest> LeafAsync(long ordinal, CancellationToken cancellationToken)
    {
        Check(ordinal);
        var size = Algorithm.LengthBytes;
        var bytes = await _read(HeaderBytes + ordinal * size, size, cancellationToken).ConfigureAwait(false);
        return bytes.Length == size ? new Digest(Algorithm, [.. bytes.Span]) : throw Damaged();
    }

    /// <summary>The partial hash trees of one leaf, bottom first, as <see cref="HashTree.ReducedTree"/> gives them.</summary>
    /// <param name="ordinal">The leaf's place, from 0.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="InvalidDataException">The stored tree is damaged on the leaf's way to the root.</exception>
    public async Task<ImmutableArray<ImmutableArray<Digest>>> ReducedTreeAsync(long ordinal, CancellationToken cancellationToken)
    {
        Check(ordinal);
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>();
        using var hash = Algorithm.Start();
        var (at, count, offset) = (ordinal, Count, (long)HeaderBytes);
        byte[]? own = null;
        byte[]? below = null;
        while (true)
        {
            var nodes = await ReadBlockAsync(offset, at, count, cancellationToken).ConfigureAwait(false);
            var local = (int)(at % BlockNodes);
            own ??= Node(nodes, local).ToArray();
            if (below is not null && !Node(nodes, local).SequenceEqual(below)) throw Damaged();
            below = Climb(nodes, local, own, lists, hash);
            if (count <= BlockNodes) break;
            offset += count * Algorithm.LengthBytes;
            (at, count) = (at / BlockNodes, Above(count));
        }
        if (!Root.Bytes.AsSpan().SequenceEqual(below)) throw Damaged();
        if (lists.Count == 0) lists.Add([new Digest(Algorithm, [.. own])]);
        return lists.ToImmutable();
    }

    private async Task<byte[]> ReadBlockAsync(long offset, long at, long count, CancellationToken cancellationToken)
    {
        var first = at / BlockNodes * BlockNodes;
        var length = (int)Math.Min(BlockNodes, count - first) * Algorithm.LengthBytes;
        var nodes = await _read(offset + first * Algorithm.LengthBytes, length, cancellationToken).ConfigureAwait(false);
        return nodes.Length == length ? nodes.ToArray() : throw Damaged();
    }

    // Adds the neighbour on each row and gives the node above the block, where a node alone stands for itself.
    private byte[] Climb(byte[] nodes, int at, byte[] leaf, ImmutableArray<ImmutableArray<Digest>>.Builder lists, RunningHash hash)
    {
        var row = nodes;
        for (var step = 0; step < Rows; step++, at /= 2)
        {
            if ((at ^ 1) < row.Length / Algorithm.LengthBytes)
            {
                var other = new Digest(Algorithm, [.. Node(row, at ^ 1)]);
                var own = new Digest(Algorithm, [.. leaf]);
                lists.Add(lists.Count > 0 ? [other] : own.Bytes.AsSpan().SequenceCompareTo(other.Bytes.AsSpan()) <= 0 ? [own, other] : [other, own]);
            }
            row = HashTree.Above(row, Algorithm.LengthBytes, hash);
        }
        return row;
    }

    private void Check(long ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, Count);
    }

    private ReadOnlySpan<byte> Node(byte[] row, int at) => row.AsSpan(at * Algorithm.LengthBytes, Algorithm.LengthBytes);

    private static long Above(long count) => (count + BlockNodes - 1) / BlockNodes;

    private static InvalidDataException Damaged() => new("the stored hash tree is damaged");
}
