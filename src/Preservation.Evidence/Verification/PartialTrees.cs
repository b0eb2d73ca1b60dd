using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Verification;

/// <summary>The reduction of partial hash trees to their root (RFC 4998 §4.3 (3)).</summary>
internal static class PartialTrees
{
    private const int LinearUpTo = 32;
    private const int MaxPairBytes = 256;

    /// <summary>
    /// Each list's values, sorted as unsigned bytes, are digested one after the other and go into the next list. A list of one value is that value;
    /// equal values stay.
    /// </summary>
    public static byte[] Root(ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> lists, HashFunction hash)
    {
        var value = Node(lists[0], hash);
        for (var i = 1; i < lists.Length; i++) value = lists[i].Length == 1 ? Pair(lists[i][0].Span, value, hash) : Node(lists[i].Add(value), hash);
        return value;
    }

    /// <summary>The value of one list.</summary>
    public static byte[] Node(ImmutableArray<ReadOnlyMemory<byte>> values, HashFunction hash)
    {
        if (values.Length == 1) return values[0].ToArray();
        var sorted = values.Sort((a, b) => a.Span.SequenceCompareTo(b.Span));
        var all = new byte[sorted.Sum(v => v.Length)];
        var at = 0;
        foreach (var value in sorted)
        {
            value.CopyTo(all.AsMemory(at));
            at += value.Length;
        }
        return hash.Compute(all);
    }

    // What nearly every list of a large tree comes to: nothing but the digest is made for it.
    private static byte[] Pair(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, HashFunction hash)
    {
        var all = a.Length + b.Length <= MaxPairBytes ? stackalloc byte[a.Length + b.Length] : new byte[a.Length + b.Length];
        var inOrder = a.SequenceCompareTo(b) <= 0;
        (inOrder ? a : b).CopyTo(all);
        (inOrder ? b : a).CopyTo(all[(inOrder ? a : b).Length..]);
        return hash.Compute(all);
    }

    /// <summary>Asks whether values stand in a list; made once for many questions.</summary>
    public static Func<byte[], bool> Contains(ImmutableArray<ReadOnlyMemory<byte>> list)
    {
        if (list.Length <= LinearUpTo) return value => list.Any(v => CryptographicOperations.FixedTimeEquals(v.Span, value));
        var set = list.Select(v => Convert.ToHexString(v.Span)).ToHashSet(StringComparer.Ordinal);
        return value => set.Contains(Convert.ToHexString(value));
    }
}
