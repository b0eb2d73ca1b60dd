using System.Text;
using Preservation.Packages.Aip;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests.Tt05;

/// <summary>The forms beside the dossier's: loose documents, and what is given out.</summary>
public sealed class Tt05FormTests
{
    private const string Loose = """
        {
          "registrationCode": "NL.BNV.2026.01", "recordStatus": "NEW", "agency": { "code": "G09", "name": "Bộ Nội vụ" }, "fonds": { "code": "G09.01" },
          "dossier": { "fileCode": "G09.2025.LE", "title": "Tài liệu rời lẻ năm 2025", "source": "1", "description": "Không lập hồ sơ" },
          "documents": [ { "file": "cv.pdf", "docId": "CV-01", "typeName": "22", "issuedDate": "2025-05-06", "organName": "Bộ Nội vụ", "subject": "Công văn", "numberOfPage": 1,
            "maintenance": "05", "language": "01", "mode": "01", "riskRecovery": "0", "confidenceLevel": "02" } ]
        }
        """;

    private static async Task<MemoryTree> LooseAsync() => MemoryTree.FromZip((await Tt05Samples.PackAsync(Loose, new MemoryTree("giao").With("cv.pdf", "%PDF-1"))).Zip);

    private static IEnumerable<string> Lines(PackageReport report) => report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}");

    /// <summary>A DIP as Annex V describes it, made from the sample SIP by its differences.</summary>
    private static async Task<MemoryTree> DipAsync()
    {
        var tree = await Tt05Samples.SipAsync();
        var request = new SimpleDc([KeyValuePair.Create("requestID", "YC-2026-001"), KeyValuePair.Create("requestDate", "02/03/2026"), KeyValuePair.Create("purpose", "02"), KeyValuePair.Create("purposeContent", "Giải quyết chế độ")]).ToBytes();
        tree.Files["metadata/descriptive/EAD.xml"] = request;
        foreach (var path in tree.Files.Keys.Where(p => p.Contains("EAD_doc_", StringComparison.Ordinal)).ToList())
        {
            var text = tree.Text(path).Replace("docCode>", "arcDocCode>", StringComparison.Ordinal);
            tree.Files[path] = Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(text, "\\s*<organName>[^<]*</organName>", ""));
        }
        foreach (var name in Tt05Schemas.NamesOf(Tt05Form.Dip)) tree.Files["schemas/" + name] = Tt05Schemas.Read(Tt05Form.Dip, name);
        Promise(tree, "representations/rep1/METS.xml", "representations/rep1/");
        tree.Replace("METS.xml", "OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"DIP\"");
        tree.Replace("METS.xml", "PROFILE=\"https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml\"", "PROFILE=\"https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml\"");
        tree.Files["METS.xml"] = Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(tree.Text("METS.xml"), "OBJID=\"uuid-([^\"]+)\"", "OBJID=\"urn:uuid:$1\""));
        Promise(tree, "METS.xml", "");
        tree.RootName = System.Text.RegularExpressions.Regex.Match(tree.Text("METS.xml"), "OBJID=\"([^\"]+)\"").Groups[1].Value.Replace(':', '_');
        return tree;
    }

    /// <summary>Writes size and digest of every referenced file anew.</summary>
    private static void Promise(MemoryTree tree, string mets, string folder)
    {
        var document = System.Xml.Linq.XDocument.Parse(tree.Text(mets));
        foreach (var element in document.Descendants().Where(e => e.Name.LocalName is "mdRef" or "file"))
        {
            var href = element.DescendantsAndSelf().SelectMany(e => e.Attributes()).First(a => a.Name.LocalName == "href").Value;
            if (!tree.Files.TryGetValue(folder + Uri.UnescapeDataString(href), out var bytes)) continue;
            element.SetAttributeValue("SIZE", bytes.Length);
            element.SetAttributeValue("CHECKSUM", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)));
        }
        tree.Files[mets] = Encoding.UTF8.GetBytes(document.ToString());
    }

    [Test]
    public async Task Loose_documents_are_packed_checked_and_preserved_as_loose_documents()
    {
        var sip = await LooseAsync();
        var report = await Tt05Samples.CheckAsync(sip);
        Assert.That(Lines(report), Is.Empty);
        var plan = AipPlanner.Plan(AipSamples.Request(sip, report.Description!));
        var aip = AipSamples.Build(plan, sip);
        Assert.That(Lines(await Tt05Samples.CheckAsync(aip)), Is.Empty);
        Assert.That(aip.Text("METS.xml"), Does.Contain("TYPE=\"Collection\""));
        Assert.That(aip.Text("metadata/descriptive/EAD.xml"), Does.Contain("<arcFileCode>").And.Contain("<source>1</source>"));
        Assert.That(aip.Text("representations/rep1/metadata/descriptive/EAD_doc_CV-01.xml"), Does.Contain("<arcDocCode>"));
    }

    [Test]
    public async Task A_DIP_of_Annex_V_passes() => Assert.That(Lines(await Tt05Samples.CheckAsync(await DipAsync())), Is.Empty);

    [TestCase("<purpose>02</purpose>", "<purpose>09</purpose>", "VN-FLD-03")]
    [TestCase("<requestID>YC-2026-001</requestID>", "", "VN-FLD-01")]
    [TestCase("<requestDate>02/03/2026</requestDate>", "<requestDate>2026-03-02</requestDate>", "VN-FLD-04")]
    public async Task A_fault_of_a_DIPs_request_is_named(string sound, string spoilt, string code)
    {
        var tree = await DipAsync();
        tree.Replace("metadata/descriptive/EAD.xml", sound, spoilt);
        Assert.That(Tt05Samples.Codes((await Tt05Samples.CheckAsync(tree)).Findings), Does.Contain(code));
    }

    [TestCaseSource(nameof(Forms))]
    public async Task The_descriptors_of_a_form_meet_its_schemas(Tt05Form form)
    {
        var tree = form switch
        {
            Tt05Form.SipCollection => await LooseAsync(),
            Tt05Form.Dip => await DipAsync(),
            Tt05Form.AipCollection => AipSamples.Build(AipPlanner.Plan(AipSamples.Request(await LooseAsync(), (await Tt05Samples.CheckAsync(await LooseAsync())).Description!)), await LooseAsync()),
            _ => await Tt05Samples.SipAsync(),
        };
        foreach (var (path, bytes) in tree.Files.Where(f => !f.Key.StartsWith("submission/", StringComparison.Ordinal) && f.Key.Split('/')[^1].StartsWith("EAD", StringComparison.Ordinal)))
        {
            var name = path.Split('/')[^1];
            var schemas = new System.Xml.Schema.XmlSchemaSet();
            schemas.Add(null, System.Xml.XmlReader.Create(new MemoryStream(tree.Files[name == "EAD.xml" ? "schemas/ead.xsd" : $"schemas/ead_{name.Split('_')[1]}.xsd"])));
            Assert.That(Shared.Validate(bytes, schemas), Is.Empty, path);
        }
    }

    private static IEnumerable<Tt05Form> Forms() => Enum.GetValues<Tt05Form>().Where(f => f != Tt05Form.AipDossier);
}
