using System.Xml;
using System.Xml.Schema;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests.Tt05;

public sealed class Tt05PackerTests
{
    [Test]
    public async Task A_packed_dossier_has_no_finding()
    {
        var (result, zip) = await Tt05Samples.PackAsync();
        var report = await Tt05Samples.CheckAsync(MemoryTree.FromZip(zip));
        Assert.Multiple(() =>
        {
            Assert.That(result.Findings, Is.Empty);
            Assert.That(result.FileName, Is.EqualTo($"[3][{result.ObjId}].zip"));
            Assert.That(report.Findings, Is.Empty);
            Assert.That(report.Valid);
        });
    }

    [Test]
    public async Task Equal_input_gives_equal_bytes()
    {
        var (_, first) = await Tt05Samples.PackAsync();
        var (_, second) = await Tt05Samples.PackAsync();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task The_layout_is_the_circulars()
    {
        var sip = await Tt05Samples.SipAsync();
        Assert.That(sip.Files.Keys, Is.EquivalentTo(new[]
        {
            "METS.xml", "metadata/descriptive/EAD.xml", "representations/rep1/METS.xml",
            "representations/rep1/data/VB-0001.pdf", "representations/rep1/data/VB-0001.pdf.p7s", "representations/rep1/data/VB-0001_PL02.xlsx",
            "representations/rep1/data/VB-0002.pdf", "representations/rep1/data/VB-0003.pdf.fetch.txt",
            "representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml", "representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml",
            "representations/rep1/metadata/descriptive/EAD_doc_VB-0003.xml",
            "schemas/ead.xsd", "schemas/ead_doc.xsd", "schemas/ead_media.xsd", "schemas/ead_pic.xsd",
        }));
    }

    [TestCase("METS.xml")]
    [TestCase("representations/rep1/METS.xml")]
    public async Task The_METS_documents_meet_their_schemas(string path) =>
        Assert.That(Shared.Validate((await Tt05Samples.SipAsync()).Files[path], Shared.MetsSchemas), Is.Empty);

    [TestCase("metadata/descriptive/EAD.xml", "ead.xsd")]
    [TestCase("representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml", "ead_doc.xsd")]
    public async Task The_descriptors_meet_the_schemas_beside_them(string path, string schema)
    {
        var sip = await Tt05Samples.SipAsync();
        var set = new XmlSchemaSet();
        set.Add(null, XmlReader.Create(new MemoryStream(sip.Files["schemas/" + schema])));
        Assert.That(Shared.Validate(sip.Files[path], set), Is.Empty);
    }

    [Test]
    public async Task Official_schemas_are_taken_along_when_a_folder_has_them()
    {
        using var zip = new MemoryStream();
        var official = new MemoryTree("x").With("mets1_12.xsd", "<a/>").With("readme.txt", "no");
        await Tt05Packer.PackAsync(Tt05Samples.Folder(), await Tt05Samples.SourceAsync(), zip, Tt05Samples.Options() with { OfficialSchemas = official }, default);
        var sip = MemoryTree.FromZip(zip.ToArray());
        Assert.Multiple(async () =>
        {
            Assert.That(sip.Files.Keys, Does.Contain("schemas/mets1_12.xsd").And.Not.Contains("schemas/readme.txt"));
            Assert.That((await Tt05Samples.CheckAsync(sip)).Findings, Is.Empty);
        });
    }

    [TestCase("\"subject\": \"Tờ trình\"", "\"subject\": \"\"", "VN-FLD-01")]
    [TestCase("\"typeName\": \"15\"", "\"typeName\": \"33\"", "VN-FLD-03")]
    [TestCase("\"docId\": \"VB-0002\"", "\"docId\": \"VB-0001\"", "VN-C10")]
    [TestCase("\"docId\": \"VB-0002\"", "\"docId\": \"a/b\"", "VN-C10")]
    [TestCase("\"recordStatus\": \"NEW\"", "\"recordStatus\": \"new\"", "VN-METS-06")]
    [TestCase("\"paperFileCode\": \"K1.G2.H3\"", "\"paperFileCode\": \"\"", "VN-C01")]
    [TestCase("\"tt/To trinh.pdf\"", "\"tt/absent.pdf\"", "VN-SRC-01")]
    [TestCase("\"tt/To trinh.pdf\"", "\"qd/Phụ lục.xlsx\"", "VN-SRC-04")]
    [TestCase("\"process\": \"0\"", "\"process\": null", "VN-C03")]
    public async Task A_doubt_stops_the_packing_and_nothing_is_written(string old, string @new, string code)
    {
        var json = Tt05Samples.Json.Replace(old, @new, StringComparison.Ordinal);
        Assert.That(json, Is.Not.EqualTo(Tt05Samples.Json));
        var (result, zip) = await Tt05Samples.PackAsync(json);
        Assert.Multiple(() =>
        {
            Assert.That(Tt05Samples.Codes(result.Findings), Does.Contain(code));
            Assert.That(result.ObjId, Is.Null);
            Assert.That(zip, Is.Empty);
        });
    }

    [Test]
    public async Task A_file_nobody_names_is_a_warning()
    {
        var (result, _) = await Tt05Samples.PackAsync(folder: Tt05Samples.Folder().With("other.txt", "x"));
        Assert.That(result.Findings.Select(f => (f.Rule.Code, f.Path, f.Rule.Severity)), Is.EqualTo(new[] { ("VN-SRC-02", "other.txt", Severity.Warning) }));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{\"documents\": 1}")]
    public async Task Unusable_metadata_is_a_finding(string json)
    {
        var (source, findings) = await Tt05Source.ReadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)), Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That(source, Is.Null);
            Assert.That(Tt05Samples.Codes(findings), Is.EqualTo(new[] { "VN-SRC-03" }));
        });
    }

    [Test]
    public void Whatever_is_packed_checks_without_a_finding()
    {
        var sizes = Gen.Choose(0, 3000).ArrayOf(5).Where(s => s.Length > 0).ToArbitrary();
        Prop.ForAll(sizes, lengths =>
        {
            var folder = new MemoryTree("f");
            var documents = string.Join(",", lengths.Select((length, i) =>
            {
                folder.Files[$"d{i}.pdf"] = new byte[length];
                return $$"""{ "file": "d{{i}}.pdf", "docId": "D{{i}}", "typeName": "01", "issuedDate": "2025-03-04", "organName": "O", "subject": "S", "numberOfPage": 1 }""";
            }));
            var json = Tt05Samples.Json[..Tt05Samples.Json.IndexOf("\"documents\"", StringComparison.Ordinal)] + "\"documents\": [" + documents + "] }";
            var (result, zip) = Task.Run(() => Tt05Samples.PackAsync(json, folder)).GetAwaiter().GetResult();
            var report = Task.Run(() => Tt05Samples.CheckAsync(MemoryTree.FromZip(zip))).GetAwaiter().GetResult();
            return result.Findings.IsEmpty && report.Findings.IsEmpty;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }
}
