using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Validation;
using Preservation.Testing.Rules;
using static Preservation.Ocfl.Tests.Validation.OcflSamples;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>Faults put one by one into sound objects and storage roots.</summary>
public sealed class OcflRuleTests
{
    [TestCaseSource(typeof(OcflMutants), nameof(OcflMutants.All))]
    public Task A_fault_is_found(RuleCase mutant) => mutant.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync("OCFL", OcflRules.All, OcflMutants.All,
    [
        new RuleSample("good object", async () => await CheckObjectAsync(OcflSamples.Object())),
        new RuleSample("good storage root", async () => await CheckRootAsync(Root())),
    ]);

    [Test]
    public async Task Sound_objects_and_storage_roots_break_no_rule()
    {
        Assert.That(await CheckObjectAsync(OcflSamples.Object()), Is.Empty);
        Assert.That(await CheckObjectAsync(YoungObject()), Is.Empty);
        Assert.That(await CheckRootAsync(Root()), Is.Empty);
    }

    [TestCase("inventory.json")]
    [TestCase("v1/inventory.json")]
    [TestCase("v2/inventory.json")]
    [TestCase("inventory.json.sha512")]
    [TestCase("v1/content/a.txt")]
    [TestCase("0=ocfl_object_1.1")]
    public async Task A_file_that_an_archive_has_damaged_is_a_finding(string path)
    {
        var tree = OcflSamples.Object();
        tree.Damaged.Add(path);
        Assert.That((await CheckObjectAsync(tree)).Select(f => (f.Rule.Code, f.Path)), Does.Contain(("ZIP-DAMAGED-ENTRY", path)));
    }

    [TestCase("ocfl_layout.json")]
    [TestCase("extensions/0004-hashed-n-tuple-storage-layout/config.json")]
    public async Task A_layout_that_an_archive_has_damaged_is_a_finding(string path)
    {
        var root = Root();
        root.Damaged.Add(path);
        Assert.That((await CheckRootAsync(root)).Select(f => (f.Rule.Code, f.Path)), Does.Contain(("ZIP-DAMAGED-ENTRY", path)));
    }

    [Test]
    public async Task An_inventory_that_names_an_algorithm_of_fixity_twice_is_a_finding_and_no_exception()
    {
        using var stream = new MemoryStream(OcflSamples.Object().Replace("\"fixity\":{", "\"fixity\":{\"sha256\":{},", "").Files["inventory.json"]);
        var reading = await InventoryReader.ReadAsync(stream, OcflVersion.V11, Core.Limits.Default, default);
        Assert.That((reading.Inventory, reading.Findings.Select(f => f.Rule.Code).Single()), Is.EqualTo(((Inventory?)null, "E033")));
    }
}
