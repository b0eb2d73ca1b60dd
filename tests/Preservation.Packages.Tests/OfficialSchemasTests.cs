using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.Tests.Dip;
using Preservation.Packages.Tests.Eark;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests;

/// <summary>E-ARK packages against the official schemas, where an operator installed them.</summary>
public sealed class OfficialSchemasTests
{
    private static readonly Lazy<Task<OfficialSchemas>> Installed = new(async () =>
    {
        await using var folder = new FolderTree(Shared.Schemas);
        return await OfficialSchemas.LoadAsync(folder, Limits.Default, default);
    });

    private static async Task<List<string>> FindingsAsync(MemoryTree tree, OfficialSchemas? schemas = null) =>
        [.. (await PackageCheck.CheckAsync(tree, PackageKind.Eark, Tt05CheckOptions.Default, schemas ?? await Installed.Value, Limits.Default, default)).Findings
            .Where(f => f.Rule.Code == "EARK-XSD").Select(f => $"{f.Path} {f.Found}")];

    [Test]
    public async Task What_we_make_meets_them()
    {
        foreach (var tree in new[] { await EarkSamples.PackedAsync(), await DipSamples.Tt05AipAsync(), await DipSamples.DipAsync(await DipSamples.Tt05AipAsync(), PackageKind.Eark) })
            Assert.That(await FindingsAsync(tree), Is.Empty);
    }

    [Test]
    public async Task What_breaks_METS_is_told_with_its_place()
    {
        var sip = (await EarkSamples.PackedAsync()).Replace(EarkSamples.Root, "<mets:metsHdr ", "<mets:metsHeader/>\n  <mets:metsHdr ");
        Assert.That(await FindingsAsync(sip), Has.Count.EqualTo(1).And.All.Match("^METS.xml line 3, column \\d+: metsHeader$"));
        var number = (await EarkSamples.PackedAsync()).Replace(EarkSamples.Rep, "SIZE=\"", "SIZE=\"secret");
        Assert.That(await FindingsAsync(number), Has.Count.GreaterThan(0).And.All.StartWith(EarkSamples.Rep).And.None.Contains("secret"), "places are told, content is not");
    }

    [Test]
    public async Task What_breaks_PREMIS_is_told()
    {
        var aip = (await EarkSamples.GetAsync(EarkSample.Aip)).Replace(EarkSamples.Premis, "<premis:eventDateTime>", "<premis:when/><premis:eventDateTime>");
        Assert.That(await FindingsAsync(aip), Has.Some.StartsWith(EarkSamples.Premis));
    }

    [Test]
    public async Task Without_them_nothing_is_said_of_them()
    {
        var sip = (await EarkSamples.PackedAsync()).Replace(EarkSamples.Root, "<mets:metsHdr ", "<mets:metsHeader/><mets:metsHdr ");
        var report = await PackageCheck.CheckAsync(sip, PackageKind.Eark, Limits.Default, default);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Not.Contain("EARK-XSD"));
    }

    [Test]
    public async Task A_document_cannot_name_another_schema()
    {
        var sip = (await EarkSamples.PackedAsync()).Replace(EarkSamples.Root, "<mets:mets ", "<mets:mets xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.loc.gov/METS/ file:///etc/passwd\" ");
        Assert.That(await FindingsAsync(sip), Is.Empty);
    }

    [Test]
    public async Task A_folder_that_cannot_be_used_says_nothing_about_the_package()
    {
        Assert.That(() => OfficialSchemas.LoadAsync(new MemoryTree("x").With("readme.txt", ""), Limits.Default, default), Throws.InstanceOf<IOException>());
        var half = await OfficialSchemas.LoadAsync(new MemoryTree("x").With("mets.xsd", """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.loc.gov/METS/"><xs:element name="mets" type="gone"/></xs:schema>
            """), Limits.Default, default);
        var sip = await EarkSamples.PackedAsync();
        Assert.That(() => FindingsAsync(sip, half), Throws.InstanceOf<IOException>());
        var other = await OfficialSchemas.LoadAsync(new MemoryTree("x").With("a.xsd", "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:a\"/>"), Limits.Default, default);
        Assert.That(await FindingsAsync(sip, other), Is.Empty, "no schema of METS is installed");
    }
}
