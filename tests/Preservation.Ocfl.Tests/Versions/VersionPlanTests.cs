using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;

namespace Preservation.Ocfl.Tests.Versions;

public sealed class VersionPlanTests
{
    private static readonly VersionUser User = new("Kho", "urn:preservation:ingest");
    private static readonly DateTimeOffset Created = new(2026, 11, 22, 7, 30, 0, 125, TimeSpan.FromHours(7));

    // Few words, so that equal contents are common.
    private static readonly Gen<(string Path, string Text)[]> States =
        from count in Gen.Choose(0, 12)
        from texts in Gen.Elements("một", "hai", "ba", "").ArrayOf(count)
        from folders in Gen.Elements("representations/r1/data", "submission", "metadata", "tài liệu").ArrayOf(count)
        select texts.Select((t, i) => ($"{folders[i]}/tệp {i}.txt", t)).ToArray();

    [Test]
    public void Equal_bytes_are_written_once_and_the_state_shows_every_path() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(States.ToArbitrary(), state =>
    {
        var plan = Plan(null, state);
        var shown = plan.Inventory.StateOf(1).ToDictionary(s => s.LogicalPath, s => s.Digest);
        return plan.Contents.Count == state.Select(s => s.Text).Distinct().Count()
            && shown.Count == state.Length && state.All(s => shown[s.Path] == Sha512(s.Text))
            && plan.Contents.All(c => c.ContentPath == "v1/content/" + c.LogicalPath);
    }));

    [Test]
    public void The_order_of_the_input_changes_no_byte() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(States.ToArbitrary(), state =>
        Plan(null, state).Inventory.Bytes().SequenceEqual(Plan(null, [.. state.Reverse()]).Inventory.Bytes())));

    [Test]
    public void What_a_plan_writes_is_a_valid_object_that_reads_as_planned() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(50),
        Prop.ForAll(States.ToArbitrary(), States.ToArbitrary(), (first, second) => IsSoundAsync(first, second).GetAwaiter().GetResult()));

    [Test]
    public void Equal_bytes_lie_under_the_preferred_folder()
    {
        var plan = Plan(null, [("a/x", "1"), ("representations/z", "1"), ("submission/y", "1")]);
        Assert.That(plan.Contents.Single().ContentPath, Is.EqualTo("v1/content/representations/z"));
    }

    [Test]
    public void A_second_version_adds_only_what_is_new_and_keeps_all_fixity()
    {
        var first = Plan(null, [("a", "1"), ("b", "2")]);
        var second = Plan(first.Inventory, [("c", "1"), ("d", "3")]);
        Assert.That(second.Contents.Select(c => c.ContentPath), Is.EqualTo(new[] { "v2/content/d" }));
        Assert.That(second.PreviousInventoryDigest, Is.EqualTo(first.Inventory.BytesDigest));
        Assert.That(second.Inventory.Fixity.Where(f => f.Algorithm == "sha256").Select(f => f.ContentPath), Is.EquivalentTo(new[] { "v1/content/a", "v1/content/b", "v2/content/d" }));
        Assert.That(second.Inventory.Fixity.Select(f => f.Algorithm), Does.Not.Contain("size"));
        Assert.That(second.Inventory.ContentPathOf(2, "c"), Is.EqualTo("v1/content/a"));
        Assert.That(second.Inventory.ContentPathOf(2, "a"), Is.Null);
    }

    [Test]
    public void The_sidecar_states_the_digest_of_the_inventory()
    {
        var plan = Plan(null, [("a", "1")]);
        Assert.That(Encoding.ASCII.GetString(plan.Inventory.SidecarBytes.Span), Is.EqualTo(DigestAlgorithm.Sha512.Compute(plan.Inventory.Bytes()).Hex + "  inventory.json\n"));
    }

    [TestCase("a/../b")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("")]
    public void A_path_that_is_no_logical_path_is_refused(string path) =>
        Assert.That(() => Plan(null, [(path, "1")]), Throws.ArgumentException);

    [Test]
    public void A_path_may_not_be_twice_nor_a_file_and_a_folder()
    {
        Assert.That(() => Plan(null, [("a", "1"), ("a", "2")]), Throws.ArgumentException);
        Assert.That(() => Plan(null, [("a", "1"), ("a-b", "1"), ("a/b", "2")]), Throws.ArgumentException);
    }

    [Test]
    public void Contradicting_digests_and_a_changed_identifier_are_refused()
    {
        var plan = Plan(null, [("a", "1")]);
        Assert.That(() => VersionPlan.Create(plan.Inventory, "urn:other", [], Created, "m", User), Throws.ArgumentException);
        PlannedFile[] files = [File("a", "1"), File("b", "1") with { Fixity = [DigestAlgorithm.Sha256.Compute([9])] }];
        Assert.That(() => VersionPlan.Create(null, "urn:x", files, Created, "m", User), Throws.ArgumentException);
    }

    private static async Task<bool> IsSoundAsync((string Path, string Text)[] first, (string Path, string Text)[] second)
    {
        await using var tree = new MemoryTree();
        var one = Plan(null, first);
        tree.Write(one, p => Bytes(first.Single(f => f.Path == p).Text));
        using var stream = new MemoryStream(one.Inventory.Bytes());
        var read = await InventoryReader.ReadAsync(stream, OcflVersion.V11, Limits.Default, default);
        var two = Plan(read.Inventory, second);
        tree.Write(two, p => Bytes(second.Single(f => f.Path == p).Text));
        var report = await OcflValidator.ValidateObjectAsync(tree, OcflOptions.Default, default);
        return report.Findings.Count == 0
            && read.Inventory!.Bytes().SequenceEqual(one.Inventory.Bytes())
            && two.PreviousInventoryDigest == one.Inventory.BytesDigest;
    }

    private static VersionPlan Plan(Inventory? previous, (string Path, string Text)[] state) =>
        VersionPlan.Create(previous, "urn:uuid:1", state.Select(s => File(s.Path, s.Text)), Created, "ingestion urn:event:1", User, ["representations/"]);

    private static PlannedFile File(string path, string text) =>
        new(path, Bytes(text).Length, Sha512(text), [DigestAlgorithm.Sha256.Compute(Bytes(text)), DigestAlgorithm.Md5.Compute(Bytes(text))]);

    private static Digest Sha512(string text) => DigestAlgorithm.Sha512.Compute(Bytes(text));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
