using System.Xml;
using Preservation.Core;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tests.Mets;

public sealed class MetsTests
{
    private static readonly MetsDocument Sample = new()
    {
        ObjId = "urn:uuid:1", Type = "Other", OtherType = "Hồ sơ", Label = "Đề án <1> & \"2\"", Profile = MetsNames.SipProfile,
        ContentInformationType = "OTHER", OtherContentInformationType = "x",
        Header = new MetsHeader
        {
            Created = "2026-01-02T03:04:05Z", LastModified = "2026-01-02T03:04:05Z", RecordStatus = "NEW", OaisPackageType = "SIP",
            Agents = [new MetsAgent("CREATOR", "OTHER", "SOFTWARE", "n", [new MetsNote("1", "SOFTWARE VERSION")]) { OtherRole = "r" }],
            AltRecordIds = [new MetsAltRecordId("SUBMISSIONAGREEMENT", "NL.1")],
        },
        Descriptive = [new MetsSection("dmdSec", "d1", "2026-01-02T03:04:05Z", "CURRENT", Reference("metadata/a.xml"))],
        Administrative = [new MetsAdministration("a0",
        [
            new MetsSection("techMD", "a1", null, null, Reference("t.xml")), new MetsSection("rightsMD", "a2", null, "CURRENT", Reference("r.xml")),
            new MetsSection("sourceMD", "a3", null, null, null), new MetsSection("digiprovMD", "a4", null, null, Reference("p.xml")),
        ])],
        FileSection = new MetsFileSection("fs",
        [
            new MetsFileGroup { Id = "g0", Use = "Outer", Groups = [new MetsFileGroup { Id = "g2", Use = "Inner", Files = [new MetsFile { Id = "f0", Location = new MetsPointer("URL", "simple", "x") }] }] },
            new MetsFileGroup
            {
                Id = "g1", Use = "Data", AdmIds = ["a1", "a2"], ContentInformationType = "OTHER", OtherContentInformationType = "y",
                Files =
                [
                    new MetsFile
                    {
                        Id = "f1", MimeType = "text/plain", Size = "3", Created = "2026-01-02T03:04:05Z", Checksum = "ab", ChecksumType = "SHA-256",
                        OwnerId = "o", AdmIds = ["a1"], DmdIds = ["d1"], FormatName = "Text", FormatVersion = "1", FormatRegistry = "PRONOM",
                        FormatKey = "x-fmt/111", Location = new MetsPointer("URL", "simple", "data/a b.txt"),
                    },
                ],
            },
        ]),
        StructMaps = [new MetsStructMap("sm", "PHYSICAL", "CSIP", new MetsDiv
        {
            Id = "v0", Label = "root", Type = "ORIGINAL",
            Divs = [new MetsDiv { Id = "v1", DmdIds = ["d1"], AdmIds = ["a1", "a4"], FileIds = ["g1"], Pointers = [new MetsPointer("URL", "simple", "x/METS.xml", "g1")] }],
        })],
    };

    private static MetsReference Reference(string href) => new()
    {
        Id = "ref-" + href.Replace('/', '-'), LocType = "URL", LinkType = "simple", Href = href, MdType = "OTHER", OtherMdType = "X", MdTypeVersion = "1",
        MimeType = "application/xml", Size = "12", Created = "2026-01-02T03:04:05Z", Checksum = "AB", ChecksumType = "SHA-256",
    };

    private static Task<MetsDocument> ReadAsync(string xml, Limits? limits = null) =>
        MetsReader.ReadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml)), limits ?? Limits.Default, default);

    [Test]
    public async Task What_is_written_is_read_back()
    {
        var bytes = MetsWriter.ToBytes(Sample);
        var read = await MetsReader.ReadAsync(new MemoryStream(bytes), Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That(MetsWriter.ToBytes(read), Is.EqualTo(bytes));
            Assert.That(read.Label, Is.EqualTo(Sample.Label));
            Assert.That(read.Files.Last(), Is.EqualTo(Sample.Files.Last() with { AdmIds = read.Files.Last().AdmIds, DmdIds = read.Files.Last().DmdIds }));
            Assert.That(read.Header!.Agents[0].OtherRole, Is.EqualTo("r"));
            Assert.That(read.Sections.Select(s => s.Element), Is.EqualTo(new[] { "dmdSec", "techMD", "rightsMD", "sourceMD", "digiprovMD" }));
            Assert.That(read.StructMaps[0].Root!.Divs[0].FileIds, Is.EqualTo(new[] { "g1" }));
        });
    }

    [Test]
    public void The_schemas_accept_what_is_written() =>
        Assert.That(Shared.Validate(MetsWriter.ToBytes(Sample), Shared.MetsSchemas), Is.Empty);

    [Test]
    public void The_schemas_reject_a_broken_document() =>
        Assert.That(Shared.Validate(MetsWriter.ToBytes(Sample with { StructMaps = [] }), Shared.MetsSchemas), Is.Not.Empty);

    [Test]
    public async Task Wrapped_metadata_and_foreign_elements_are_passed_over()
    {
        var mets = await ReadAsync("""
            <mets xmlns="http://www.loc.gov/METS/" xmlns:o="urn:o"><o:x><dmdSec ID="no"/></o:x>
            <dmdSec ID="d"><mdWrap MDTYPE="DC"><xmlData><structMap/></xmlData></mdWrap></dmdSec><structMap><div ID="v"/></structMap></mets>
            """);
        Assert.Multiple(() =>
        {
            Assert.That(mets.Descriptive.Select(d => d.Id), Is.EqualTo(new[] { "d" }));
            Assert.That(mets.StructMaps, Has.Length.EqualTo(1));
        });
    }

    [TestCase("<!DOCTYPE mets [<!ENTITY a \"b\">]><mets xmlns=\"http://www.loc.gov/METS/\">&a;</mets>")]
    [TestCase("<mets xmlns=\"urn:other\"/>")]
    [TestCase("<mets xmlns=\"http://www.loc.gov/METS/\">")]
    [TestCase("")]
    public void Hostile_or_malformed_documents_throw_one_exception(string xml) =>
        Assert.That(async () => await ReadAsync(xml), Throws.InstanceOf<XmlException>());

    [Test]
    public void Divisions_nested_too_deep_throw()
    {
        var xml = "<mets xmlns=\"http://www.loc.gov/METS/\"><structMap>" + string.Concat(Enumerable.Repeat("<div>", 500)) + string.Concat(Enumerable.Repeat("</div>", 500)) + "</structMap></mets>";
        Assert.That(async () => await ReadAsync(xml), Throws.InstanceOf<XmlException>());
    }

    [TestCase("data/a.txt", "", "data/a.txt")]
    [TestCase("./data/a.txt", "", "data/a.txt")]
    [TestCase("file:data/a.txt", "", "data/a.txt")]
    [TestCase("file:///./data/a.txt", "representations/rep1", "representations/rep1/data/a.txt")]
    [TestCase("data/a%20b.txt", "", "data/a b.txt")]
    [TestCase("../x", "representations", "x")]
    [TestCase("../x", "", null)]
    [TestCase("/etc/passwd", "", null)]
    [TestCase("http://example.test/x", "", null)]
    [TestCase("", "", null)]
    public void References_stay_inside_the_package(string href, string folder, string? expected) =>
        Assert.That(MetsHref.Resolve(href, folder, p => p == "data/a b.txt"), Is.EqualTo(expected));

    [Test]
    public void A_name_with_a_percent_sign_is_found_before_and_after_encoding()
    {
        Assert.Multiple(() =>
        {
            Assert.That(MetsHref.Resolve("data/100%25", "", p => p == "data/100%25"), Is.EqualTo("data/100%25"));
            Assert.That(MetsHref.Resolve(MetsHref.Of("data/100%25 đ"), "", p => p == "data/100%25 đ"), Is.EqualTo("data/100%25 đ"));
        });
    }
}
