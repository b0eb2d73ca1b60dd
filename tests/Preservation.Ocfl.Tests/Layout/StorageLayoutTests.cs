using System.Text.Json;
using Preservation.Ocfl.Layout;

namespace Preservation.Ocfl.Tests.Layout;

/// <summary>Examples of the registered extensions' own texts.</summary>
public sealed class StorageLayoutTests
{
    [TestCase("0002-flat-direct-storage-layout", "{}", "object-01", "object-01")]
    [TestCase("0002-flat-direct-storage-layout", "{}", "..hor_rib:le-$id", "..hor_rib:le-$id")]
    [TestCase("0002-flat-direct-storage-layout", "{}", "info:fedora/object-01", null)]
    [TestCase("0003-hash-and-id-n-tuple-storage-layout", "{}", "object-01", "3c0/ff4/240/object-01")]
    [TestCase("0003-hash-and-id-n-tuple-storage-layout", "{}", "..hor/rib:le-$id", "487/326/d8c/%2e%2ehor%2frib%3ale-%24id")]
    [TestCase("0003-hash-and-id-n-tuple-storage-layout", "{\"digestAlgorithm\":\"md5\",\"tupleSize\":2,\"numberOfTuples\":15}", "object-01", "ff/75/53/44/92/48/5e/ab/b3/9f/86/35/67/28/88/object-01")]
    [TestCase("0003-hash-and-id-n-tuple-storage-layout", "{\"digestAlgorithm\":\"sha256\",\"tupleSize\":0,\"numberOfTuples\":0}", "object-01", "object-01")]
    [TestCase("0004-hashed-n-tuple-storage-layout", "{}", "object-01", "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4")]
    [TestCase("0006-flat-omit-prefix-storage-layout", "{\"delimiter\":\":\"}", "namespace:12887296", "12887296")]
    [TestCase("0006-flat-omit-prefix-storage-layout", "{\"delimiter\":\":\"}", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [TestCase("0006-flat-omit-prefix-storage-layout", "{\"delimiter\":\"EDU/\"}", "https://institution.edu/3448793", "3448793")]
    [TestCase("0007-n-tuple-omit-prefix-storage-layout", "{\"delimiter\":\":\",\"tupleSize\":4,\"numberOfTuples\":2,\"zeroPadding\":\"left\",\"reverseObjectRoot\":true}", "namespace:12887296", "6927/8821/12887296")]
    [TestCase("0007-n-tuple-omit-prefix-storage-layout", "{\"delimiter\":\":\",\"tupleSize\":4,\"numberOfTuples\":2,\"zeroPadding\":\"left\",\"reverseObjectRoot\":true}", "abc123", "321c/ba00/abc123")]
    [TestCase("0007-n-tuple-omit-prefix-storage-layout", "{\"delimiter\":\"edu/\",\"tupleSize\":3,\"numberOfTuples\":3,\"zeroPadding\":\"right\",\"reverseObjectRoot\":false}", "https://institution.edu/3448793", "344/879/300/3448793")]
    [TestCase("0007-n-tuple-omit-prefix-storage-layout", "{\"delimiter\":\"edu/\",\"tupleSize\":3,\"numberOfTuples\":3,\"zeroPadding\":\"right\",\"reverseObjectRoot\":false}", "https://institution.edu/abc/edu/f8.05v", "f8./05v/000/f8.05v")]
    public void An_identifier_has_the_place_the_extension_gives_it(string extension, string parameters, string id, string? path) =>
        Assert.That(StorageLayout.Find(extension, JsonDocument.Parse(parameters).RootElement)!.PathOf(id), Is.EqualTo(path));

    [Test]
    public void A_long_name_is_cut_and_made_unique_by_the_digest()
    {
        var path = StorageLayout.Find("0003-hash-and-id-n-tuple-storage-layout", default)!.PathOf(string.Concat(Enumerable.Repeat("abcdefghij", 11)))!;
        Assert.That(path.Split('/')[^1], Has.Length.EqualTo(100 + 1 + 64).And.StartsWith("abcdefghij"));
    }

    [TestCase("0006-flat-omit-prefix-storage-layout", "{}")]
    [TestCase("0004-hashed-n-tuple-storage-layout", "{\"tupleSize\":0}")]
    [TestCase("0004-hashed-n-tuple-storage-layout", "{\"tupleSize\":\"3\"}")]
    [TestCase("0003-hash-and-id-n-tuple-storage-layout", "{\"tupleSize\":33}")]
    [TestCase("0009-of-somebody", "{}")]
    public void Parameters_nobody_can_follow_make_no_layout(string extension, string parameters) =>
        Assert.That(StorageLayout.Find(extension, JsonDocument.Parse(parameters).RootElement), Is.Null);
}
