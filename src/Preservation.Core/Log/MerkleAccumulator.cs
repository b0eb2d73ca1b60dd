using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Preservation.Core.Log;

/// <summary>
/// Goes through a log once from its beginning and knows, after each leaf, the head and every complete subtree that ends there (RFC 9162 §2.1). Nothing grows
/// with the log.
/// </summary>
public sealed class MerkleAccumulator
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    private const int Rows = 63;
    private readonly byte[] _left = new byte[Rows * HashBytes];
    private readonly byte[] _last = new byte[Rows * HashBytes];
    private readonly byte[] _node = new byte[(2 * HashBytes) + 1];

    /// <summary>Begins with nothing.</summary>
    public MerkleAccumulator() => _node[0] = 1;

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>Takes the next leaf hash.</summary>
    /// <exception cref="ArgumentException">It is not 32 bytes long.</exception>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        if (leafHash.Length != HashBytes) throw new ArgumentException("a leaf hash has 32 bytes", nameof(leafHash));
        var height = 0;
        leafHash.CopyTo(Row(_last, 0));
        for (; ((Size >> height) & 1) == 1; height++) Join(Row(_left, height), Row(_last, height), Row(_last, height + 1));
        Row(_last, height).CopyTo(Row(_left, height));
        Size++;
    }

    /// <summary>The root of the complete subtree of this height that ends with the newest leaf.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None of this height ends there.</exception>
    public ReadOnlySpan<byte> Ending(int height) =>
        height >= 0 && height < Rows && Size > 0 && long.TrailingZeroCount(Size) >= height ? Row(_last, height) : throw new ArgumentOutOfRangeException(nameof(height));

    /// <summary>The head over all leaves; the hash of nothing before the first.</summary>
    public ImmutableArray<byte> Head()
    {
        if (Size == 0) return [.. SHA256.HashData([])];
        var head = new byte[HashBytes];
        var height = (int)long.TrailingZeroCount(Size);
        Row(_left, height).CopyTo(head);
        for (height++; Size >> height > 0; height++)
            if (((Size >> height) & 1) == 1) Join(Row(_left, height), head, head);
        return [.. head];
    }

    /// <summary>The leaf hash of an entry, as <see cref="MerkleLog.LeafHash"/>, into 32 bytes.</summary>
    public static void HashLeaf(ReadOnlySpan<byte> entry, Span<byte> hash)
    {
        Span<byte> small = stackalloc byte[512];
        var bytes = entry.Length < small.Length ? small[..(entry.Length + 1)] : new byte[entry.Length + 1];
        bytes[0] = 0;
        entry.CopyTo(bytes[1..]);
        SHA256.HashData(bytes, hash);
    }

    private void Join(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> into)
    {
        left.CopyTo(_node.AsSpan(1));
        right.CopyTo(_node.AsSpan(1 + HashBytes));
        SHA256.HashData(_node, into);
    }

    private static Span<byte> Row(byte[] rows, int height) => rows.AsSpan(height * HashBytes, HashBytes);
}
