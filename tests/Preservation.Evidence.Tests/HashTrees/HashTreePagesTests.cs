using System.Buffers.Binary;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.HashTrees;

public sealed class HashTreePagesTests
{
    private static int[] Sizes => Tier.IsLong ? [1, 2, 3, 255, 256, 257, 512, 513, 1_000, 65_536, 65_537, 1_000_000] : [1, 2, 3, 255, 256, 257, 512, 513, 1_000, 66_000];

    [TestCaseSource(nameof(Sizes))]
    public async Task Pages_give_the_root_and_the_ways_of_the_whole_tree(int leaves)
    {
        var digests = Enumerable.Range(0, leaves).Select(Leaf).ToArray();
        var tree = HashTree.Build(DigestAlgorithm.Sha256, digests);
        var (root, page) = Pages(digests);
        Assert.That(root, Is.EqualTo(tree.Root));
        var most = 0;
        foreach (var ordinal in new[] { 0, 1, 254, 255, 256, 257, leaves / 2, leaves - 2, leaves - 1 }.Where(o => o >= 0 && o < leaves).Distinct())
        {
            var read = 0;
            var reduced = await HashTreePages.ReducedTreeAsync(DigestAlgorithm.Sha256, leaves, ordinal, root, (height, number) =>
            {
                read++;
                return page(height, number);
            });
            Assert.That(reduced, Is.EqualTo(new DataGroup([digests[ordinal]]).ReducedTree(tree, ordinal)), $"leaf {ordinal} of {leaves}");
            most = Math.Max(most, read);
        }
        Assert.That(most, Is.EqualTo(leaves <= 256 ? 1 : leaves <= 65_536 ? 2 : 3));
    }

    [Test]
    public void Pages_that_the_root_does_not_vouch_for_are_refused()
    {
        var digests = Enumerable.Range(0, 600).Select(Leaf).ToArray();
        var (root, page) = Pages(digests);
        foreach (var damaged in new[] { 0, 8 })
            Assert.That(() => HashTreePages.ReducedTreeAsync(DigestAlgorithm.Sha256, 600, 300, root, async (height, number) =>
            {
                var nodes = (await page(height, number)).ToArray();
                if (height == damaged) nodes[40] ^= 1;
                return nodes;
            }), Throws.TypeOf<InvalidDataException>(), $"height {damaged}");
        Assert.That(() => HashTreePages.ReducedTreeAsync(DigestAlgorithm.Sha256, 600, 300, root, async (height, number) => (await page(height, number))[..^32]), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => HashTreePages.ReducedTreeAsync(DigestAlgorithm.Sha256, 600, 600, root, page), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_tree_without_leaves_or_with_a_leaf_of_another_function_is_refused()
    {
        Assert.That(() => new HashTreePageWriter(DigestAlgorithm.Sha256).Close(), Throws.InvalidOperationException);
        Assert.That(() => new HashTreePageWriter(DigestAlgorithm.Sha256).Add(DigestAlgorithm.Sha512.Compute("x"u8)), Throws.ArgumentException);
    }

    private static (Digest Root, Func<int, int, Task<ReadOnlyMemory<byte>>> Page) Pages(Digest[] leaves)
    {
        var writer = new HashTreePageWriter(DigestAlgorithm.Sha256);
        foreach (var leaf in leaves) writer.Add(leaf);
        var (root, kept) = writer.Close();
        var pages = kept.ToDictionary(p => (p.Height, p.Page), p => p.Nodes);
        Assert.That(pages.Keys.Select(k => k.Height).DefaultIfEmpty(0).Max(), Is.EqualTo(HashTreePages.TopHeight(leaves.Length)));
        return (root, (height, page) => Task.FromResult<ReadOnlyMemory<byte>>(height > 0 ? pages[(height, page)] : leaves.Skip(page * 256).Take(256).SelectMany(l => l.Bytes).ToArray()));
    }

    private static Digest Leaf(int i)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, i);
        return DigestAlgorithm.Sha256.Compute(number);
    }
}
