using System.Collections.Immutable;

namespace Preservation.Core.Digests;

/// <summary>What one pass over a content gave: its length in bytes and its digests, one per algorithm asked for.</summary>
public sealed record ContentDigests(long Bytes, ImmutableArray<Digest> Digests)
{
    /// <summary>The digests of bytes already in memory.</summary>
    public static ContentDigests Of(ReadOnlySpan<byte> content, IReadOnlyCollection<DigestAlgorithm> algorithms)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        var digests = ImmutableArray.CreateBuilder<Digest>(algorithms.Count);
        foreach (var algorithm in algorithms) digests.Add(algorithm.Compute(content));
        return new ContentDigests(content.Length, digests.DrainToImmutable());
    }

    /// <summary>The digest by an algorithm that was asked for.</summary>
    /// <exception cref="ArgumentException">The pass did not compute it.</exception>
    public Digest this[DigestAlgorithm algorithm] =>
        Find(algorithm) ?? throw new ArgumentException($"{algorithm} was not computed", nameof(algorithm));

    /// <summary>The digest by an algorithm, or null when the pass did not compute it.</summary>
    public Digest? Find(DigestAlgorithm algorithm)
    {
        foreach (var digest in Digests)
            if (digest.Algorithm == algorithm) return digest;
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ContentDigests? other) =>
        other is not null && Bytes == other.Bytes && Digests.AsSpan().SequenceEqual(other.Digests.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bytes, Digests.Length == 0 ? null : Digests[0]);
}
