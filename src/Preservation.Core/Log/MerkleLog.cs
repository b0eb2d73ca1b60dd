using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Preservation.Core.Log;

/// <summary>
/// The hash tree of an append-only log over SHA-256 (RFC 9162 §2.1): tree heads, inclusion and consistency proofs.
/// Leaves are given as leaf hashes (<see cref="LeafHash"/>).
/// </summary>
public static class MerkleLog
{
    /// <summary>Hash of an entry: SHA-256(0x00 ‖ entry), so that no entry can pass for an inner node.</summary>
    public static ImmutableArray<byte> LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return [.. hash.GetHashAndReset()];
    }

    /// <summary>Head of the tree over these leaf hashes (§2.1.1); the hash of nothing for an empty log.</summary>
    public static ImmutableArray<byte> Head(ReadOnlySpan<ImmutableArray<byte>> leaves) => leaves.Length switch
    {
        0 => [.. SHA256.HashData([])],
        1 => leaves[0],
        _ => NodeHash(Head(leaves[..Split(leaves.Length)]), Head(leaves[Split(leaves.Length)..])),
    };

    /// <summary>The hashes that lead from a leaf to the head (§2.1.3.1).</summary>
    public static ImmutableArray<ImmutableArray<byte>> InclusionProof(ReadOnlySpan<ImmutableArray<byte>> leaves, int index)
    {
        if (index < 0 || index >= leaves.Length) throw new ArgumentOutOfRangeException(nameof(index));
        if (leaves.Length == 1) return [];
        var split = Split(leaves.Length);
        return index < split
            ? InclusionProof(leaves[..split], index).Add(Head(leaves[split..]))
            : InclusionProof(leaves[split..], index - split).Add(Head(leaves[..split]));
    }

    /// <summary>The hashes that show that the first <paramref name="oldSize"/> leaves are a prefix of all (§2.1.4.1).</summary>
    public static ImmutableArray<ImmutableArray<byte>> ConsistencyProof(ReadOnlySpan<ImmutableArray<byte>> leaves, int oldSize)
    {
        if (oldSize < 0 || oldSize > leaves.Length) throw new ArgumentOutOfRangeException(nameof(oldSize));
        return oldSize == 0 || oldSize == leaves.Length ? [] : SubProof(leaves, oldSize, complete: true);
    }

    /// <summary>The leaves below each hash of an inclusion proof, in the proof's order: what it is read from when nodes are stored (§2.1.3.1).</summary>
    public static ImmutableArray<(long Start, long Count)> InclusionRanges(long index, long size)
    {
        if (index < 0 || index >= size) throw new ArgumentOutOfRangeException(nameof(index));
        var ranges = new Stack<(long, long)>();
        var start = 0L;
        while (size > 1)
        {
            var split = Split(size);
            var isLeft = index - start < split;
            ranges.Push(isLeft ? (start + split, size - split) : (start, split));
            (start, size) = isLeft ? (start, split) : (start + split, size - split);
        }
        return [.. ranges];
    }

    /// <summary>The same for a consistency proof (§2.1.4.1).</summary>
    public static ImmutableArray<(long Start, long Count)> ConsistencyRanges(long oldSize, long size)
    {
        if (oldSize < 0 || oldSize > size) throw new ArgumentOutOfRangeException(nameof(oldSize));
        if (oldSize == 0 || oldSize == size) return [];
        var ranges = new Stack<(long, long)>();
        var start = 0L;
        while (oldSize != size)
        {
            var split = Split(size);
            var isLeft = oldSize <= split;
            ranges.Push(isLeft ? (start + split, size - split) : (start, split));
            (start, oldSize, size) = isLeft ? (start, oldSize, split) : (start + split, oldSize - split, size - split);
        }
        if (start > 0) ranges.Push((start, size));
        return [.. ranges];
    }

    /// <summary>The complete subtrees of a range that a proof names, largest first: rows above the leaves, and which of that row.</summary>
    public static IEnumerable<(int Height, long Number)> Subtrees(long start, long count)
    {
        for (var height = 62; height >= 0; height--)
        {
            if ((count & (1L << height)) == 0) continue;
            yield return (height, start >> height);
            start += 1L << height;
        }
    }

    /// <summary>The hash above the complete subtrees of a range.</summary>
    public static ImmutableArray<byte> Join(IReadOnlyList<ImmutableArray<byte>> subtrees)
    {
        ArgumentNullException.ThrowIfNull(subtrees);
        var hash = subtrees[^1];
        for (var i = subtrees.Count - 2; i >= 0; i--) hash = NodeHash(subtrees[i], hash);
        return hash;
    }

    /// <summary>Is the leaf with this index part of the tree with this head (§2.1.3.2)?</summary>
    public static bool VerifyInclusion(
        ImmutableArray<byte> leaf, long index, long size, IReadOnlyList<ImmutableArray<byte>> proof, ImmutableArray<byte> head)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size) return false;
        var (fn, sn, r) = (index, size - 1, leaf);
        foreach (var p in proof)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                r = NodeHash(p, r);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                r = NodeHash(r, p);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && r.AsSpan().SequenceEqual(head.AsSpan());
    }

    /// <summary>Is the log with the new head an extension of the one with the old head (§2.1.4.2)?</summary>
    public static bool VerifyConsistency(
        long oldSize, ImmutableArray<byte> oldHead, long newSize, ImmutableArray<byte> newHead,
        IReadOnlyList<ImmutableArray<byte>> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize < 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return proof.Count == 0 && oldHead.AsSpan().SequenceEqual(newHead.AsSpan());
        if (oldSize == 0) return proof.Count == 0;
        var path = new Queue<ImmutableArray<byte>>(proof);
        if (long.IsPow2(oldSize)) path = new Queue<ImmutableArray<byte>>(proof.Prepend(oldHead));
        if (path.Count == 0) return false;
        var (fn, sn) = (oldSize - 1, newSize - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var fr = path.Dequeue();
        var sr = fr;
        foreach (var c in path)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                fr = NodeHash(c, fr);
                sr = NodeHash(c, sr);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = NodeHash(sr, c);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && fr.AsSpan().SequenceEqual(oldHead.AsSpan()) && sr.AsSpan().SequenceEqual(newHead.AsSpan());
    }

    private static ImmutableArray<ImmutableArray<byte>> SubProof(ReadOnlySpan<ImmutableArray<byte>> leaves, int size, bool complete)
    {
        if (size == leaves.Length) return complete ? [] : [Head(leaves)];
        var split = Split(leaves.Length);
        return size <= split
            ? SubProof(leaves[..split], size, complete).Add(Head(leaves[split..]))
            : SubProof(leaves[split..], size - split, complete: false).Add(Head(leaves[..split]));
    }

    internal static ImmutableArray<byte> NodeHash(ImmutableArray<byte> left, ImmutableArray<byte> right)
    {
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        left.AsSpan().CopyTo(node[1..]);
        right.AsSpan().CopyTo(node[33..]);
        return [.. SHA256.HashData(node)];
    }

    /// <summary>The largest power of two smaller than the count (§2.1.1).</summary>
    private static int Split(int count) => 1 << (31 - int.LeadingZeroCount(count - 1));

    private static long Split(long count) => 1L << (int)(63 - long.LeadingZeroCount(count - 1));
}
