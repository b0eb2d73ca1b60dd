using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;

namespace Preservation.Core.Log;

/// <summary>
/// The right edge of an append-only log: enough to append and to give the head in O(log n), without the earlier leaves. Holds
/// one hash for each set bit of the size, largest subtree first (RFC 9162 §2.1.2).
/// </summary>
public sealed class MerkleFrontier
{
    private readonly ImmutableArray<ImmutableArray<byte>> _roots;

    private MerkleFrontier(long size, ImmutableArray<ImmutableArray<byte>> roots)
    {
        Size = size;
        _roots = roots;
    }

    /// <summary>The log without entries.</summary>
    public static MerkleFrontier Empty { get; } = new(0, []);

    /// <summary>Number of leaves.</summary>
    public long Size { get; }

    /// <summary>The head over all leaves; equals <see cref="MerkleLog.Head"/>.</summary>
    public ImmutableArray<byte> Head
    {
        get
        {
            if (_roots.IsEmpty) return [.. SHA256.HashData([])];
            var head = _roots[^1];
            for (var i = _roots.Length - 2; i >= 0; i--) head = MerkleLog.NodeHash(_roots[i], head);
            return head;
        }
    }

    /// <summary>The frontier with one more leaf hash.</summary>
    public MerkleFrontier Append(ImmutableArray<byte> leafHash)
    {
        var roots = _roots.Add(leafHash);
        for (var size = Size; (size & 1) == 1; size >>= 1)
            roots = roots.RemoveRange(roots.Length - 2, 2).Add(MerkleLog.NodeHash(roots[^2], roots[^1]));
        return new MerkleFrontier(Size + 1, roots);
    }

    /// <summary>The hashes one after another, 32 bytes each.</summary>
    public byte[] Encode() => [.. _roots.SelectMany(r => r)];

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="ArgumentException">The bytes are not a frontier of this size.</exception>
    public static MerkleFrontier Decode(long size, byte[] encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (size < 0 || encoded.Length != 32 * BitOperations.PopCount((ulong)size))
            throw new ArgumentException("not a frontier of this size", nameof(encoded));
        return new MerkleFrontier(size, [.. encoded.Chunk(32).Select(c => c.ToImmutableArray())]);
    }
}
