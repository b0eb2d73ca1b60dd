using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.HashTrees;

public sealed class StoredHashTreeTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(33)]
    [TestCase(256)]
    [TestCase(257)]
    [TestCase(273)]
    [TestCase(4097)]
    public async Task Every_leaf_is_read_as_the_tree_in_memory_gives_it(int count)
    {
        foreach (var algorithm in new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Sha512 })
        {
            var tree = Tree(algorithm, count);
            var bytes = await WriteAsync(tree);
            Assert.That(bytes, Has.Length.EqualTo(StoredHashTree.BytesOf(algorithm, count)));
            var stored = await StoredHashTree.OpenAsync(new MemoryStream(bytes), default);
            Assert.That((stored.Algorithm, stored.Count, stored.Root), Is.EqualTo((algorithm, (long)count, tree.Root)));
            for (var i = 0; i < count; i += count > 1000 ? 37 : 1) Same(await stored.ReducedTreeAsync(i, default), tree.ReducedTree(i));
            Same(await StoredHashTree.ReducedTreeAsync(new MemoryStream(bytes), count - 1, default), tree.ReducedTree(count - 1));
            Assert.That(await stored.LeafAsync(count - 1, default), Is.EqualTo(tree.Leaf(count - 1)));
        }
    }

    [Test]
    public async Task Any_tree_is_read_as_it_was_built()
    {
        var random = new Random(Tier.Seed);
        for (var round = 0; round < (Tier.IsLong ? 2_000 : 40); round++)
        {
            var tree = Tree(DigestAlgorithm.Sha384, random.Next(1, 900));
            var at = random.Next(tree.Count);
            Same(await StoredHashTree.ReducedTreeAsync(new MemoryStream(await WriteAsync(tree)), at, default), tree.ReducedTree(at));
        }
    }

    [Test]
    public async Task A_leaf_of_many_costs_a_read_for_every_four_rows()
    {
        var bytes = await WriteAsync(Tree(DigestAlgorithm.Sha512, 5_000));
        var (reads, read) = (0, 0);
        var stored = await StoredHashTree.OpenAsync((offset, length, _) =>
        {
            reads++;
            read += length;
            return Task.FromResult<ReadOnlyMemory<byte>>(bytes.AsMemory((int)offset, length));
        }, default);
        await stored.ReducedTreeAsync(4_321, default);
        Assert.That(reads, Is.EqualTo(1 + 4));
        Assert.That(read, Is.LessThanOrEqualTo(128 + 4 * 16 * 64));
    }

    [Test]
    public async Task Any_changed_byte_on_the_way_is_told()
    {
        var tree = Tree(DigestAlgorithm.Sha256, 40);
        var bytes = await WriteAsync(tree);
        var way = Enumerable.Range(128 + 16 * 32, 16 * 32).Concat(Enumerable.Range(128 + 40 * 32, 3 * 32)).Concat(Enumerable.Range(40, 32));
        foreach (var at in way)
        {
            bytes[at] ^= 1;
            Assert.That(() => StoredHashTree.ReducedTreeAsync(new MemoryStream(bytes), 20, default), Throws.InstanceOf<InvalidDataException>(), $"byte {at}");
            bytes[at] ^= 1;
        }
        Assert.That(() => StoredHashTree.ReducedTreeAsync(new MemoryStream(bytes[..^1]), 39, default), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task What_is_no_stored_tree_is_refused()
    {
        var bytes = await WriteAsync(Tree(DigestAlgorithm.Sha256, 3));
        foreach (var at in new[] { 0, 8, 9, 16, 32 })
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0x7F;
            Assert.That(() => StoredHashTree.OpenAsync(new MemoryStream(changed), default), Throws.InstanceOf<InvalidDataException>(), $"byte {at}");
        }
        Assert.That(() => StoredHashTree.OpenAsync(new MemoryStream(bytes[..100]), default), Throws.InstanceOf<InvalidDataException>());
        var stored = await StoredHashTree.OpenAsync(new MemoryStream(bytes), default);
        Assert.That(() => stored.ReducedTreeAsync(3, default), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_group_takes_its_record_s_lists_from_a_stored_tree()
    {
        var group = new DataGroup([DigestAlgorithm.Sha512.Compute("a"u8), DigestAlgorithm.Sha512.Compute("b"u8)]);
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. HashTreeTests.Leaves(20), group.Digest]);
        var lists = await StoredHashTree.ReducedTreeAsync(new MemoryStream(await WriteAsync(tree)), 20, default);
        Same(group.ReducedTree(lists), group.ReducedTree(tree, 20));
    }

    internal static async Task<byte[]> WriteAsync(HashTree tree)
    {
        var stream = new MemoryStream();
        await StoredHashTree.WriteAsync(tree, stream, default);
        return stream.ToArray();
    }

    private static HashTree Tree(DigestAlgorithm algorithm, int count) =>
        HashTree.Build(algorithm, [.. Enumerable.Range(0, count).Select(i => algorithm.Compute(BitConverter.GetBytes(i)))]);

    private static void Same(System.Collections.Immutable.ImmutableArray<System.Collections.Immutable.ImmutableArray<Digest>> read, System.Collections.Immutable.ImmutableArray<System.Collections.Immutable.ImmutableArray<Digest>> expected)
    {
        Assert.That(read.Length, Is.EqualTo(expected.Length));
        for (var i = 0; i < read.Length; i++) Assert.That(read[i], Is.EqualTo(expected[i]));
    }
}
