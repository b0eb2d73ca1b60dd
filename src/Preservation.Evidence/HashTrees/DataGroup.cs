using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Evidence.HashTrees;

/// <summary>
/// A declared group of objects that belong together, as a document and its signatures (RFC 4998 §4.2): one leaf of a tree, whose record proves
/// that exactly these were there.
/// </summary>
public sealed class DataGroup
{
    /// <exception cref="ArgumentException">There is no member, or they are of several algorithms.</exception>
    public DataGroup(IEnumerable<Digest> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        Members = [.. members.Order(Comparer<Digest>.Create((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes.AsSpan())))];
        if (Members.IsEmpty || Members.Any(m => m.Algorithm != Members[0].Algorithm))
            throw new ArgumentException("a group has members of one algorithm", nameof(members));
        Digest = Members.Length == 1 ? Members[0] : Members[0].Algorithm.Compute(Members.SelectMany(m => m.Bytes).ToArray());
    }

    /// <summary>Digests of the members, sorted as unsigned bytes; equal ones stay.</summary>
    public ImmutableArray<Digest> Members { get; }

    /// <summary>The group's leaf: the digest of its sorted members one after the other; a single member is its own leaf.</summary>
    public Digest Digest { get; }

    /// <summary>
    /// The partial hash trees of the group when its digest is this leaf of the tree: the members alone, then the neighbours upwards. A neighbour in
    /// the first list would be vouched for as a member (RFC 4998 §4.3 leaves open which of the two a verifier sees in it).
    /// </summary>
    /// <exception cref="ArgumentException">The leaf is another.</exception>
    public ImmutableArray<ImmutableArray<Digest>> ReducedTree(HashTree tree, int leafIndex)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return ReducedTree(tree.ReducedTree(leafIndex));
    }

    /// <summary>The same from the partial hash trees of the leaf, as a tree or a <see cref="StoredHashTree"/> gave them.</summary>
    /// <exception cref="ArgumentException">The first list does not hold the group's digest.</exception>
    public ImmutableArray<ImmutableArray<Digest>> ReducedTree(ImmutableArray<ImmutableArray<Digest>> lists)
    {
        var own = lists.IsDefaultOrEmpty ? -1 : lists[0].IndexOf(Digest);
        if (own < 0) throw new ArgumentException("the leaf is not this group", nameof(lists));
        var neighbour = lists[0].RemoveAt(own);
        return neighbour.IsEmpty ? [Members] : [Members, neighbour, .. lists.Skip(1)];
    }
}
