using System.Text;
using Preservation.Core.Digests;
using Preservation.Ocfl.Layout;

namespace Preservation.Ocfl.Tests.Layout;

/// <summary>The examples of extension 0004.</summary>
public sealed class HashedNTupleLayoutTests
{
    [TestCase("object-01", "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4")]
    [TestCase("..hor/rib:le-$id", "487/326/d8c/487326d8c2a3c0b885e23da1469b4d6671fd4e76978924b4443e9e3c316cda6d")]
    public void Defaults_are_three_tuples_of_three_and_the_whole_digest(string id, string path) =>
        Assert.That(HashedNTupleLayout.Default.PathOf(id), Is.EqualTo(path));

    [Test]
    public void A_short_root_leaves_out_what_the_folders_say() =>
        Assert.That(new HashedNTupleLayout(DigestAlgorithm.Md5, 2, 15, shortObjectRoot: true).PathOf("object-01"),
            Is.EqualTo("ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/4e"));

    [Test]
    public void Zero_tuples_put_objects_directly_into_the_root() =>
        Assert.That(new HashedNTupleLayout(DigestAlgorithm.Sha256, 0, 0, shortObjectRoot: false).PathOf("object-01"),
            Is.EqualTo("3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4"));

    [TestCase(0, 3)]
    [TestCase(3, 0)]
    [TestCase(33, 1)]
    [TestCase(8, 9)]
    public void Parameters_outside_the_extension_are_refused(int size, int count) =>
        Assert.That(() => new HashedNTupleLayout(DigestAlgorithm.Sha256, size, count, shortObjectRoot: false), Throws.ArgumentException);

    [Test]
    public void The_declaration_of_a_root_is_ocfl_1_1_and_a_newline()
    {
        var files = HashedNTupleLayout.Default.StorageRootFiles().ToDictionary(f => f.Path, f => Encoding.UTF8.GetString(f.Bytes));
        Assert.That(files["0=ocfl_1.1"], Is.EqualTo("ocfl_1.1\n"));
        Assert.That(files.Keys, Does.Contain("ocfl_layout.json").And.Contain("extensions/0004-hashed-n-tuple-storage-layout/config.json"));
    }
}
