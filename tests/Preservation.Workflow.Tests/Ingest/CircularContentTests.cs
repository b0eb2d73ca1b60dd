using Preservation.Packages;
using Preservation.Packages.Description;
using Preservation.Packages.Tt05;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

internal sealed class CircularContentTests
{
    private static FileFacts File(string path, string? puid) => new(path, 1, new string('0', 64), new string('0', 128), puid, "Name", null, null);

    private static DocumentDescription Document(string id, string level, string[] files, string[]? attachments = null, string? note = null) => new()
    {
        Id = id, Kind = "doc", DescriptorPath = $"EAD_doc_{id}.xml", FilePaths = [.. files], AttachmentPaths = [.. attachments ?? []],
        Fields = [KeyValuePair.Create("confidenceLevel", level), .. note is null ? [] : new[] { KeyValuePair.Create("description", note) }],
    };

    private static List<string> Judge(DocumentDescription document, string? puid, params string[] signed) =>
        [.. CircularContent.Judge(new PackageDescription { Kind = PackageKind.Tt05, Documents = [document] }, p => document.FilePaths.Contains(p) ? File(p, puid) : null, signed.ToHashSet(), Tt05Editions.BuiltIn.Newest)
            .Select(f => $"{f.Rule.Code} {f.Path} {f.Found}")];

    [TestCase("fmt/412")]
    [TestCase("fmt/477")]
    [TestCase("fmt/43")]
    public void A_format_of_the_list_is_taken(string puid) => Assert.That(Judge(Document("a", "03", ["a"]), puid), Is.Empty);

    [TestCase("x-fmt/263")]
    [TestCase("fmt/276")]
    public void Another_is_a_warning(string puid) => Assert.That(Judge(Document("a", "03", ["a"]), puid), Is.EqualTo(new[] { $"VN-C15 a {puid} Name" }));

    [Test]
    public void What_could_not_be_identified_has_a_finding_of_its_own() => Assert.That(Judge(Document("a", "03", ["a"]), null), Is.Empty);

    [TestCase("fmt/354", false)]
    [TestCase("fmt/1910", false)]
    [TestCase("fmt/276", true)]
    [TestCase("fmt/43", true)]
    public void A_scan_claims_to_be_PDF_A_and_its_text_layer_is_said_to_be_unchecked(string puid, bool isMissing) =>
        Assert.That(Judge(Document("a", "02", ["a"]), puid), Is.EqualTo(isMissing ? [$"VN-C15-PDFA a {puid}", "VN-C15-TEXT  1"] : new[] { "VN-C15-TEXT  1" }));

    [Test]
    public void A_born_digital_document_wants_an_organisations_signature_in_it_or_beside_it()
    {
        var document = Document("a", "01", ["a.pdf"], ["a.pdf.p7s"]);
        Assert.Multiple(() =>
        {
            Assert.That(Judge(document, "fmt/477"), Is.EqualTo(new[] { "VN-C16 EAD_doc_a.xml –" }));
            Assert.That(Judge(Document("a", "01", ["a.pdf"], note: "Bản thảo"), "fmt/477"), Is.EqualTo(new[] { "VN-C16 EAD_doc_a.xml +" }));
            Assert.That(Judge(document, "fmt/477", "a.pdf"), Is.Empty);
            Assert.That(Judge(document, "fmt/477", "a.pdf.p7s"), Is.Empty);
            Assert.That(Judge(document, "fmt/477", "b.pdf"), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void A_document_of_another_package_is_not_judged_again() =>
        Assert.That(Judge(Document("a", "01", ["a.pdf.fetch.txt"]) with { FetchReferences = [new PackageAlias("a.pdf.fetch.txt", "x")] }, "x-fmt/111"), Is.Empty);

    [TestCase("CN=Sở Nội vụ, O=UBND tỉnh, C=VN", true)]
    [TestCase("CN=Bộ Nội vụ, OID.2.5.4.97=VATVN-0100, C=VN", true)]
    [TestCase("OID.0.9.2342.19200300.100.1.1=MST:0100, CN=Công ty, O=Công ty, C=VN", true)]
    [TestCase("OID.0.9.2342.19200300.100.1.1=CCCD:0123, CN=Nguyễn Văn A, O=Bộ Nội vụ, C=VN", false)]
    [TestCase("G=Văn A, SN=Nguyễn, CN=Nguyễn Văn A, O=Bộ Nội vụ", false)]
    [TestCase("CN=Nguyễn Văn A", false)]
    [TestCase("???", false)]
    [TestCase("", false)]
    public void An_organisation_is_told_from_a_person_by_the_certificates_name(string subject, bool isOrganisation) =>
        Assert.That(SignerKind.IsOrganisation(subject), Is.EqualTo(isOrganisation));
}
