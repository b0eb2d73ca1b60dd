using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests;

public sealed class PackageCheckTests
{
    [Test]
    public async Task Each_kind_is_detected()
    {
        var tt05 = await Tt05Samples.SipAsync();
        var eark = new MemoryTree("e").With("METS.xml", "<x/>").With("metadata/descriptive/EAD.xml", "<ead xmlns=\"urn:isbn:1-931666-22-9\"/>");
        var circularWithoutDocuments = new MemoryTree("e").With("METS.xml", "<x/>").With("metadata/descriptive/EAD.xml", "<simpledc/>");
        Assert.Multiple(async () =>
        {
            Assert.That(await PackageKinds.DetectAsync(tt05, default), Is.EqualTo(PackageKind.Tt05));
            Assert.That(await PackageKinds.DetectAsync(circularWithoutDocuments, default), Is.EqualTo(PackageKind.Tt05));
            Assert.That(await PackageKinds.DetectAsync(eark, default), Is.EqualTo(PackageKind.Eark));
            Assert.That(await PackageKinds.DetectAsync(new MemoryTree("b").With("bagit.txt", ""), default), Is.EqualTo(PackageKind.BagIt));
            Assert.That(await PackageKinds.DetectAsync(new MemoryTree("b").With("a", ""), default), Is.Null);
        });
    }

    [Test]
    public void Names_are_read_back() =>
        Assert.That(Enum.GetValues<PackageKind>().Select(k => PackageKinds.Parse(PackageKinds.Name(k))), Is.EqualTo(Enum.GetValues<PackageKind>().Cast<PackageKind?>()));

    [Test]
    public async Task What_nobody_knows_is_one_finding()
    {
        var report = await PackageCheck.CheckAsync(new MemoryTree("x").With("a.txt", "a"), null, Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "PKG-UNKNOWN-KIND" }));
            Assert.That((report.Valid, report.Files, report.Bytes), Is.EqualTo((false, 1, 1L)));
        });
    }

    [TestCase(PackageKind.Eark)]
    [TestCase(PackageKind.Tt05)]
    [TestCase(PackageKind.BagIt)]
    public async Task Any_tree_can_be_checked_as_any_kind(PackageKind kind)
    {
        var tree = new MemoryTree("x").With("a.txt", "a").With("METS.xml", "<!DOCTYPE x><x/>").With("bagit.txt", "\0");
        tree.Extra.Add(new FileEntry("link", 0, EntryKind.SymbolicLink));
        var report = await PackageCheck.CheckAsync(tree, kind, Limits.Default, default);
        Assert.That((report.Valid, report.Kind), Is.EqualTo((false, (PackageKind?)kind)));
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("ZIP-NOT-A-FILE"));
    }

    [Test]
    public async Task Findings_are_bounded_and_the_rest_is_counted()
    {
        var tree = new MemoryTree("x").With("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n").With("manifest-sha512.txt", "");
        for (var i = 0; i < 20; i++) tree.With($"data/{i}", "x");
        var report = await PackageCheck.CheckAsync(tree, null, Limits.Default with { MaxFindingsPerRule = 5 }, default);
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Count(f => f.Rule.Code == "BAGIT-EXTRA"), Is.EqualTo(5));
            Assert.That(report.Findings.Single(f => f.Rule.Code == "LIMIT-FINDINGS").Found, Is.EqualTo("15"));
        });
    }

    [Test]
    public async Task Metadata_beyond_its_limit_is_a_finding()
    {
        var report = await PackageCheck.CheckAsync(await Tt05Samples.SipAsync(), null, Limits.Default with { MaxMetadataBytes = 100 }, default);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("LIMIT-METADATA-BYTES"));
    }
}
