using System.Text;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Layout;
using Preservation.Ocfl.Validation;
using Preservation.Ocfl.Versions;

namespace Preservation.Ocfl.Tests.Validation;

/// <summary>One sound object of ours, spoilt in one way at a time.</summary>
public sealed class OcflValidatorTests
{
    private static readonly byte[] Content = "nội dung"u8.ToArray();
    private MemoryTree _tree = null!;

    [SetUp]
    public void Write()
    {
        _tree = new MemoryTree();
        PlannedFile[] files = [new("a.txt", Content.Length, DigestAlgorithm.Sha512.Compute(Content), [DigestAlgorithm.Sha256.Compute(Content)])];
        _tree.Write(VersionPlan.Create(null, "urn:uuid:1", files, DateTimeOffset.UnixEpoch, "ingestion", new VersionUser("n", "urn:a")), _ => Content);
    }

    [TearDown]
    public async Task Close() => await _tree.DisposeAsync();

    [Test]
    public async Task The_object_is_sound() => Assert.That(await CodesAsync(), Is.Empty);

    [TestCase("\"contentDirectory\":\"a/b\",\"head\"", "\"head\"", "E017")]
    [TestCase("\"contentDirectory\":\"..\",\"head\"", "\"head\"", "E018")]
    [TestCase("\"x\":1,\"head\"", "\"head\"", "E102")]
    [TestCase("\"head\":\"v2\"", "\"head\":\"v1\"", "E040")]
    [TestCase("\"digestAlgorithm\":\"md5\"", "\"digestAlgorithm\":\"sha512\"", "E025")]
    [TestCase("\"created\":\"1970-01-01\"", "\"created\":\"1970-01-01T00:00:00Z\"", "E049")]
    [TestCase("\"message\":7", "\"message\":\"ingestion\"", "E094")]
    [TestCase("\"user\":{}", "\"user\":{\"name\":\"n\",\"address\":\"urn:a\"}", "E054")]
    [TestCase("[\"/a.txt\"]", "[\"a.txt\"]", "E053")]
    [TestCase("[\"a.txt\",\"a.txt/b\"]", "[\"a.txt\"]", "E095")]
    [TestCase("\"v1\":7", "\"v1\":{\"created\":\"1970-01-01T00:00:00Z\",", "E033")]
    [TestCase("\"fixity\":{\"crc32\"", "\"fixity\":{\"sha256\"", "E056")]
    [TestCase("\"id\":\"\"", "\"id\":\"urn:uuid:1\"", "E037")]
    [TestCase("\"id\":\"một\"", "\"id\":\"urn:uuid:1\"", "W005")]
    [TestCase("spec/#inventoryX", "spec/#inventory", "E038")]
    [TestCase("\"contentDirectory\":\"a/b\",\"head\"", "\"head\"", "E108")]
    [TestCase("[\"v9/content/a.txt\"]", "[\"v1/content/a.txt\"]", "E014")]
    [TestCase("[\"v1/data/a.txt\"]", "[\"v1/content/a.txt\"]", "E021")]
    [TestCase("[\"v1\\\\content\\\\a.txt\"]", "[\"v1/content/a.txt\"]", "E035")]
    [TestCase("\"digestAlgorithm\":\"sha256\"", "\"digestAlgorithm\":\"sha512\"", "E039")]
    [TestCase("\"fixity\":{\"crc32\"", "\"fixity\":{\"sha256\"", "E026")]
    [TestCase("\"fixity\":{\"sha1\"", "\"fixity\":{\"sha256\"", "E029")]
    [TestCase("\"fixity\":{\"blake2b-512\"", "\"fixity\":{\"sha256\"", "E032")]
    [TestCase("\"fixity\":[],\"x\":{\"sha256\"", "\"fixity\":{\"sha256\"", "E055")]
    [TestCase("\"versions\":[],\"x\":{\"v1\"", "\"versions\":{\"v1\"", "E045")]
    [TestCase("\"versions\":{\"1\"", "\"versions\":{\"v1\"", "E104")]
    [TestCase("\"versions\":{\"v0\"", "\"versions\":{\"v1\"", "E105")]
    public async Task A_fault_in_the_inventory_is_named(string spoilt, string sound, string code)
    {
        var text = Encoding.UTF8.GetString(_tree.Files["inventory.json"]);
        Assert.That(text, Does.Contain(sound));
        var bytes = Encoding.UTF8.GetBytes(text.Replace(sound, spoilt, StringComparison.Ordinal));
        foreach (var folder in (string[])["", "v1/"])
        {
            _tree.Files[folder + "inventory.json"] = bytes;
            _tree.Files[folder + "inventory.json.sha512"] = Sidecar.ToBytes(DigestAlgorithm.Sha512.Compute(bytes));
        }
        Assert.That(await CodesAsync(), Does.Contain(code));
    }

    [TestCase("stray.txt", "E001")]
    [TestCase("other/a", "E001")]
    [TestCase("0=ocfl_object_1.0", "E003")]
    [TestCase("v1/stray.txt", "E015")]
    [TestCase("v1/other/a", "W002")]
    [TestCase("v1/content/stray.txt", "E023")]
    [TestCase("v3/content/a", "E010")]
    [TestCase("extensions/a", "E067")]
    [TestCase("extensions/own/a", "W013")]
    [TestCase("extensions/a", "E112")]
    [TestCase("0ocfl_object_1.1", "E002")]
    public async Task A_file_too_many_is_named(string path, string code)
    {
        _tree.Files[path] = "x"u8.ToArray();
        Assert.That(await CodesAsync(), Does.Contain(code));
    }

    [TestCase("0=ocfl_object_1.1", "E003")]
    [TestCase("inventory.json", "E063")]
    [TestCase("inventory.json.sha512", "E058")]
    [TestCase("v1/inventory.json", "W010")]
    [TestCase("v1/inventory.json.sha512", "E058")]
    [TestCase("v1/content/a.txt", "E092")]
    [TestCase("v1/content/a.txt", "E016")]
    public async Task A_file_too_few_is_named(string path, string code)
    {
        _tree.Files.Remove(path);
        Assert.That(await CodesAsync(), Does.Contain(code));
    }

    [TestCase("v1/content/a.txt", "E092")]
    [TestCase("v1/content/a.txt", "E093")]
    [TestCase("0=ocfl_object_1.1", "E007")]
    [TestCase("inventory.json.sha512", "E061")]
    [TestCase("v1/inventory.json", "E064")]
    public async Task Other_bytes_are_named(string path, string code)
    {
        _tree.Files[path] = "khác"u8.ToArray();
        Assert.That(await CodesAsync(), Does.Contain(code));
    }

    [Test]
    public async Task An_inventory_beyond_the_limit_is_a_finding_and_not_read_on()
    {
        var report = await OcflValidator.ValidateObjectAsync(_tree, OcflOptions.Default with { Limits = Limits.Default with { MaxMetadataBytes = 100 } }, default);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("LIMIT-METADATA-BYTES"));
    }

    [Test]
    public async Task An_object_at_another_place_than_its_layout_says_is_named()
    {
        await using var root = new MemoryTree();
        foreach (var (path, bytes) in HashedNTupleLayout.Default.StorageRootFiles()) root.Files[path] = bytes;
        foreach (var (path, bytes) in _tree.Files) root.Files["abc/" + path] = bytes;
        var report = await OcflValidator.ValidateStorageRootAsync(root, OcflOptions.Default, default);
        Assert.That(report.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("E083", "abc") }));
    }

    [Test]
    public async Task A_sidecar_of_another_algorithm_is_named()
    {
        _tree.Files["inventory.json.sha256"] = _tree.Files["inventory.json.sha512"];
        _tree.Files.Remove("inventory.json.sha512");
        Assert.That(await CodesAsync(), Is.SupersetOf(new[] { "E058", "E059" }));
    }

    [Test]
    public async Task An_identifier_that_changed_between_versions_is_named()
    {
        using var stream = new MemoryStream(_tree.Files["inventory.json"]);
        var first = (await InventoryReader.ReadAsync(stream, OcflVersion.V11, Limits.Default, default)).Inventory;
        PlannedFile[] files = [new("a.txt", Content.Length, DigestAlgorithm.Sha512.Compute(Content), [])];
        _tree.Write(VersionPlan.Create(first, "urn:uuid:1", files, DateTimeOffset.UnixEpoch, "again", new VersionUser("n", "urn:a")), _ => Content);
        Assert.That(await CodesAsync(), Is.Empty);
        var was = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_tree.Files["v1/inventory.json"]).Replace("urn:uuid:1", "urn:uuid:2", StringComparison.Ordinal));
        _tree.Files["v1/inventory.json"] = was;
        _tree.Files["v1/inventory.json.sha512"] = Sidecar.ToBytes(DigestAlgorithm.Sha512.Compute(was));
        Assert.That(await CodesAsync(), Is.EquivalentTo(new[] { "E037", "E110" }));
    }

    [TestCase("0=ocfl_1.1", "1=ocfl_1.1", "E078")]
    [TestCase("0=ocfl_1.1", "0=bagit_1.0", "E077")]
    [TestCase("0=ocfl_1.1", "0=ocfl_9.9", "E079")]
    [TestCase("0=ocfl_1.1", "ocfl_1.1", "E075")]
    [TestCase("0=ocfl_1.1", null, "E069")]
    [TestCase(null, "stray/a.txt", "E072")]
    [TestCase(null, "stray/a.txt", "E085")]
    [TestCase(null, "stray/a.txt", "E088")]
    [TestCase(null, "abc/a.txt", "E084")]
    [TestCase(null, "abc/def/logs2/0=ocfl_object_1.1", "E082")]
    [TestCase(null, "extensions/a.txt", "E067")]
    [TestCase(null, "extensions/own/config.json", "W016")]
    public async Task A_fault_of_a_storage_root_is_named(string? removed, string? added, string code)
    {
        await using var root = new MemoryTree();
        root.Files["0=ocfl_1.1"] = "ocfl_1.1\n"u8.ToArray();
        foreach (var (path, bytes) in _tree.Files) root.Files["abc/def/" + path] = bytes;
        Assert.That((await OcflValidator.ValidateStorageRootAsync(root, OcflOptions.Default, default)).Findings, Is.Empty);
        if (removed is not null) root.Files.Remove(removed);
        if (added is not null) root.Files[added] = Encoding.UTF8.GetBytes(added.Split('=')[^1] + "\n");
        var report = await OcflValidator.ValidateStorageRootAsync(root, OcflOptions.Default, default);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain(code));
    }

    [Test]
    public void Every_rule_speaks_both_languages_and_exists_in_the_specification()
    {
        var known = File.ReadLines(Testing.SharedFiles.Schemas("requirements-ocfl.csv")).Select(l => l.Split(',')[1]).ToHashSet();
        foreach (var rule in OcflRules.All)
        {
            Assert.That(known, Does.Contain(rule.Code));
            Assert.That(rule.Message.Vi, Is.Not.Empty.And.Not.EqualTo(rule.Message.En));
            Assert.That(rule.Hint.Vi, Is.Not.Empty.And.Not.EqualTo(rule.Hint.En));
            Assert.That(rule.Severity, Is.EqualTo(rule.Code[0] == 'W' ? Severity.Warning : Severity.Error));
        }
    }

    private async Task<string[]> CodesAsync()
    {
        var report = await OcflValidator.ValidateObjectAsync(_tree, OcflOptions.Default, default);
        return [.. report.Findings.Select(f => f.Rule.Code).Distinct()];
    }
}
