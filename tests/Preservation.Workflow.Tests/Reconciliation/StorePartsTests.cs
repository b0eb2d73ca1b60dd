using Preservation.Core.Files;
using Preservation.Workflow.Reconciliation;

namespace Preservation.Workflow.Tests.Reconciliation;

internal sealed class StorePartsTests
{
    [TestCase(0L, 1)]
    [TestCase(100_000L, 1)]
    [TestCase(100_001L, 94)]
    [TestCase(10_000_000L, 78 + (16 * 94))]
    public void The_more_keys_the_more_parts(long keys, int parts)
    {
        Assert.That(StoreParts.Of("ocfl/", keys), Has.Length.EqualTo(parts));
        Assert.That(StoreParts.Again("ocfl/", parts), Is.EqualTo(StoreParts.Of("ocfl/", keys)), "a run that goes on has the same");
    }

    [TestCase(100_001L)]
    [TestCase(10_000_000L)]
    public void Every_key_lies_in_exactly_one_part_and_they_come_in_order(long keys)
    {
        var parts = StoreParts.Of("ocfl/", keys);
        Assert.That(parts, Is.Ordered.Using<string>(PathOrder.Instance));
        foreach (var key in (string[])["ocfl/0=ocfl_1.1", "ocfl/ocfl_layout.json", "ocfl/abc/def/012/x", "ocfl/extensions/a", "ocfl/a", "ocfl/a-/b", "ocfl/~x"])
            Assert.That(parts.Count(p => key.StartsWith(p, StringComparison.Ordinal)), Is.EqualTo(key == "ocfl/a" && keys > 1_000_000 ? 0 : 1), key);
    }

    [Test]
    public void A_part_ends_before_the_first_key_that_begins_otherwise()
    {
        Assert.That(StoreParts.After("ocfl/"), Is.EqualTo("ocfl0"));
        Assert.That(PathOrder.Instance.Compare("ocfl/quyết định", StoreParts.After("ocfl/")), Is.Negative);
    }

    [Test]
    public void An_object_lies_four_folders_deep()
    {
        static string PrefixOf(string key) => new Find(Preservation.Catalogue.Model.FindKind.Unknown, key, null, null, 1, null).ObjectPrefix("ocfl/");
        Assert.That(PrefixOf("ocfl/abc/def/012/abcdef/v1/content/x"), Is.EqualTo("ocfl/abc/def/012/abcdef/"));
        Assert.That(PrefixOf("ocfl/abc/stray"), Is.EqualTo("ocfl/abc/"));
    }
}
