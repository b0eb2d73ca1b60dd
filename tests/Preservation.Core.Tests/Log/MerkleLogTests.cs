using System.Collections.Immutable;
using Preservation.Core.Log;

namespace Preservation.Core.Tests.Log;

internal sealed class MerkleLogTests
{
    private static ImmutableArray<byte>[] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleLog.LeafHash(BitConverter.GetBytes(i)))];

    [Test, Property("Clause", "RFC 9162 §2.1.3")]
    public void Every_leaf_of_every_small_log_can_be_proven_and_no_other_leaf_can([Range(1, 33)] int size)
    {
        var leaves = Leaves(size);
        var head = MerkleLog.Head(leaves);
        for (var i = 0; i < size; i++)
        {
            var proof = MerkleLog.InclusionProof(leaves, i);
            Assert.That(MerkleLog.VerifyInclusion(leaves[i], i, size, proof, head), Is.True);
            Assert.That(MerkleLog.VerifyInclusion(leaves[(i + 1) % size], i, size, proof, head), Is.EqualTo(size == 1));
        }
    }

    [Test, Property("Clause", "RFC 9162 §2.1.4")]
    public void Every_log_extends_each_of_its_beginnings_and_no_other_log([Range(1, 33)] int size)
    {
        var leaves = Leaves(size);
        var head = MerkleLog.Head(leaves);
        for (var old = 1; old <= size; old++)
        {
            var oldHead = MerkleLog.Head(leaves.AsSpan(0, old));
            var proof = MerkleLog.ConsistencyProof(leaves, old);
            Assert.That(MerkleLog.VerifyConsistency(old, oldHead, size, head, proof), Is.True);
            var forged = Leaves(size);
            forged[0] = MerkleLog.LeafHash("forged"u8);
            Assert.That(MerkleLog.VerifyConsistency(old, MerkleLog.Head(forged.AsSpan(0, old)), size, head, proof), Is.False);
        }
    }

    [Test]
    public void Proofs_read_by_their_ranges_are_the_same([Range(1, 33)] int size)
    {
        var leaves = Leaves(size);
        for (var i = 0; i < size; i++) Assert.That(Read(MerkleLog.InclusionRanges(i, size)), Is.EqualTo(MerkleLog.InclusionProof(leaves, i)), $"leaf {i}");
        for (var old = 0; old <= size; old++) Assert.That(Read(MerkleLog.ConsistencyRanges(old, size)), Is.EqualTo(MerkleLog.ConsistencyProof(leaves, old)), $"from {old}");

        ImmutableArray<byte>[] Read(ImmutableArray<(long Start, long Count)> ranges) => [.. ranges.Select(r =>
            MerkleLog.Join([.. MerkleLog.Subtrees(r.Start, r.Count).Select(s => MerkleLog.Head(leaves.AsSpan((int)(s.Number << s.Height), 1 << s.Height)))]))];
    }

    [Test]
    public void The_frontier_has_the_same_head_as_the_whole_tree([Range(0, 40)] int size)
    {
        var frontier = Leaves(size).Aggregate(MerkleFrontier.Empty, (f, leaf) => f.Append(leaf));
        var restored = MerkleFrontier.Decode(frontier.Size, frontier.Encode());
        Assert.That(restored.Head, Is.EqualTo(MerkleLog.Head(Leaves(size))));
    }

    [Test]
    public void The_head_of_the_empty_log_is_the_hash_of_nothing() =>
        Assert.That(Convert.ToHexStringLower(MerkleLog.Head([]).AsSpan()), Is.EqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}
