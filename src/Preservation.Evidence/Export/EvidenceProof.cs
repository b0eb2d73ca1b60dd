using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Evidence.Export;

/// <summary>Where a file's digest stands in a time-stamped tree.</summary>
/// <param name="Path">The file's name in the package, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Leaf">Its digest, the leaf.</param>
/// <param name="Reduced">Its partial hash trees, bottom first (<see cref="HashTrees.HashTree.ReducedTree"/>).</param>
public sealed record EvidenceProof(string Path, long Bytes, Digest Leaf, ImmutableArray<ImmutableArray<Digest>> Reduced)
{
    /// <summary>The file's whole record (RFC 4998, DER) with its renewals; null for the initial one, which the bundle's token makes.</summary>
    public ReadOnlyMemory<byte>? Record { get; init; }

    /// <summary>Gives the file's bytes, once, when it is to lie in the archive; null when not.</summary>
    public Func<CancellationToken, Task<Stream>>? OpenAsync { get; init; }
}
