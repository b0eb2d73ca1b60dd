using System.Diagnostics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;

namespace Preservation.Evidence.Tests.HashTrees;

public sealed class HashTreeTests
{
    private static readonly DigestAlgorithm Sha512 = DigestAlgorithm.Sha512;

    [Test]
    public void A_tree_of_one_leaf_has_the_leaf_as_its_root()
    {
        var tree = HashTree.Build(Sha512, Leaves(1));
        Assert.That(tree.Root, Is.EqualTo(Leaf(0)));
        Assert.That(HashTree.Verify(Leaf(0), Lists(tree, 0), tree.Root));
    }

    [Test, Property("Clause", "RFC 4998 §4.2.1")]
    public void A_pair_is_joined_in_the_order_of_unsigned_bytes()
    {
        var (a, b) = (Leaf(0), Leaf(1));
        var (low, high) = a.Bytes.AsSpan().SequenceCompareTo(b.Bytes.AsSpan()) < 0 ? (a, b) : (b, a);
        var expected = SHA512.HashData([.. low.Bytes, .. high.Bytes]);
        Assert.Multiple(() =>
        {
            Assert.That(HashTree.Build(Sha512, [a, b]).Root.Bytes, Is.EqualTo(expected));
            Assert.That(HashTree.Build(Sha512, [b, a]).Root.Bytes, Is.EqualTo(expected));
        });
    }

    [Test]
    public void Every_leaf_leads_to_the_root_and_no_other_value_does() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<byte>().Select(n => n % 70 + 1).ToArbitrary(), count =>
        {
            var leaves = Leaves(count);
            var tree = HashTree.Build(Sha512, leaves);
            return Enumerable.Range(0, count).All(i =>
                HashTree.Verify(leaves[i], Lists(tree, i), tree.Root)
                && !HashTree.Verify(Leaf(10_000 + i), Lists(tree, i), tree.Root)
                && !HashTree.Verify(leaves[i], Lists(tree, i), Leaf(i + 1)));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Equal_leaves_are_kept()
    {
        var tree = HashTree.Build(Sha512, [Leaf(1), Leaf(1), Leaf(1)]);
        Assert.That(tree.Count, Is.EqualTo(3));
        for (var i = 0; i < 3; i++) Assert.That(HashTree.Verify(Leaf(1), Lists(tree, i), tree.Root));
    }

    [Test]
    public void Any_changed_bit_of_a_proof_is_refused()
    {
        var tree = HashTree.Build(Sha512, Leaves(11));
        var lists = Lists(tree, 4);
        for (var list = 0; list < lists.Count; list++)
            for (var item = 0; item < lists[list].Count; item++)
                for (var bit = 0; bit < 512; bit += 37)
                {
                    var bytes = lists[list][item].Bytes.ToArray();
                    bytes[bit / 8] ^= (byte)(1 << bit % 8);
                    var changed = lists.Select(l => l.ToList()).ToList();
                    changed[list][item] = new Digest(Sha512, [.. bytes]);
                    Assert.That(HashTree.Verify(Leaf(4), changed, tree.Root), Is.False);
                }
    }

    [Test]
    public void A_tree_needs_a_leaf_and_one_algorithm()
    {
        Assert.That(() => HashTree.Build(Sha512, []), Throws.ArgumentException);
        Assert.That(() => HashTree.Build(Sha512, [DigestAlgorithm.Sha256.Compute([1])]), Throws.ArgumentException);
    }

    [Test]
    public void A_million_leaves_are_built_in_seconds_and_a_proof_is_small()
    {
        var leaves = Leaves(1_000_000);
        var clock = Stopwatch.StartNew();
        var tree = HashTree.Build(Sha512, leaves);
        TestContext.Out.WriteLine($"1,000,000 leaves in {clock.ElapsedMilliseconds} ms");
        Assert.Multiple(() =>
        {
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
            Assert.That(tree.ReducedTree(777_777).Sum(l => l.Length), Is.EqualTo(21));
            Assert.That(HashTree.Verify(leaves[777_777], Lists(tree, 777_777), tree.Root));
        });
    }

    internal static List<Digest> Leaves(int count) => [.. Enumerable.Range(0, count).Select(Leaf)];

    internal static Digest Leaf(int number) => Sha512.Compute(BitConverter.GetBytes(number));

    private static List<IReadOnlyList<Digest>> Lists(HashTree tree, int index) => [.. tree.ReducedTree(index).Select(l => (IReadOnlyList<Digest>)l)];
}
