using Preservation.Core;
using Preservation.Packages.Aip;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Aip;

public sealed class Tt05AipTests
{
    private static async Task<(AipPlan Plan, MemoryTree Aip, MemoryTree Sip)> PlanAsync(string? archiveCode = null)
    {
        var sip = await Tt05Samples.SipAsync();
        var report = await Tt05Samples.CheckAsync(sip);
        var plan = AipPlanner.Plan(AipSamples.Request(sip, report.Description!) with { ArchiveCode = archiveCode });
        return (plan, AipSamples.Build(plan, sip), sip);
    }

    [Test]
    public async Task The_AIP_of_a_submission_passes_the_circulars_rules()
    {
        var (_, aip, _) = await PlanAsync();
        var report = await Tt05Samples.CheckAsync(aip);
        Assert.That(report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"), Is.Empty);
    }

    [Test]
    public async Task What_was_received_lies_under_submission_byte_for_byte()
    {
        var (plan, _, sip) = await PlanAsync();
        var submission = plan.Entries.Where(e => e.Path.StartsWith("submission/", StringComparison.Ordinal)).ToDictionary(e => e.Path[11..], e => e.SourcePath);
        Assert.That(submission, Is.EquivalentTo(sip.Files.Keys.ToDictionary(k => k, k => (string?)k)));
    }

    [Test]
    public async Task METS_lists_every_file_but_itself() => await AipSamples.AssertListsEverythingAsync((await PlanAsync()).Aip);

    [Test]
    public async Task Data_is_mapped_twice_to_one_digest()
    {
        var (plan, _, _) = await PlanAsync();
        var same = plan.Entries.Where(e => e.Path.EndsWith("representations/rep1/data/VB-0001.pdf", StringComparison.Ordinal)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(same, Has.Count.EqualTo(2));
            Assert.That(same.Select(e => e.Sha512).Distinct().Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_root_METS_has_the_circulars_values()
    {
        var (_, aip, _) = await PlanAsync();
        var mets = await MetsReader.ReadAsync(new MemoryStream(aip.Files["METS.xml"]), Limits.Default, default);
        Assert.Multiple(() =>
        {
            Assert.That((mets.ObjId, mets.Profile, mets.Header!.OaisPackageType), Is.EqualTo((AipSamples.Id, MetsNames.Tt05AipProfile, "AIP")));
            Assert.That(mets.StructMaps[0].Root!.SelfAndBelow.Select(d => d.Type), Has.All.EqualTo("NORMALIZED"));
            Assert.That(mets.Administrative[0].Sections.Select(s => s.Reference!.Href), Does.Contain("metadata/preservation/PREMIS.xml").And.Contains("metadata/other/signatures/report-1.json"));
        });
    }

    [TestCase("METS.xml")]
    [TestCase("representations/rep1/METS.xml")]
    public async Task The_METS_documents_meet_their_schemas(string path) =>
        Assert.That(Shared.Validate((await PlanAsync()).Aip.Files[path], Shared.MetsSchemas), Is.Empty);

    [TestCase("metadata/preservation/PREMIS.xml")]
    [TestCase("representations/rep1/metadata/preservation/PREMIS_rep1.xml")]
    public async Task The_PREMIS_documents_meet_their_schema(string path) =>
        Assert.That(Shared.Validate((await PlanAsync()).Aip.Files[path], Shared.PremisSchemas), Is.Empty);

    [TestCase("metadata/descriptive/EAD.xml", "ead.xsd")]
    [TestCase("representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml", "ead_doc.xsd")]
    public async Task The_descriptors_meet_the_schemas_beside_them(string path, string schema)
    {
        var (_, aip, _) = await PlanAsync();
        var set = new System.Xml.Schema.XmlSchemaSet();
        set.Add(null, System.Xml.XmlReader.Create(new MemoryStream(aip.Files["schemas/" + schema])));
        Assert.That(Shared.Validate(aip.Files[path], set), Is.Empty);
    }

    [Test]
    public async Task The_archive_code_stands_before_the_file_code()
    {
        var (_, aip, _) = await PlanAsync("H49.LTLS");
        Assert.That(aip.Text("metadata/descriptive/EAD.xml"), Does.Contain("<arcFileCode>H49.LTLS.G09.2025.01-TCCB</arcFileCode>"));
    }

    [Test]
    public async Task PREMIS_tells_each_files_digests_and_format()
    {
        var (_, aip, _) = await PlanAsync();
        var premis = await PremisReader.ReadAsync(new MemoryStream(aip.Files["representations/rep1/metadata/preservation/PREMIS_rep1.xml"]), Limits.Default, default);
        var file = premis.Objects.Single(o => o.Identifiers.Contains(AipPlanner.FileObject(AipSamples.Id, "representations/rep1/data/VB-0001.pdf")));
        Assert.Multiple(() =>
        {
            Assert.That(file.Formats.Single().RegistryKey, Is.EqualTo("fmt/477"));
            Assert.That(file.Fixity.Select(f => f.Algorithm), Is.EqualTo(new[] { "SHA-256", "SHA-512" }));
            Assert.That(file.Identifiers, Does.Contain(new PremisIdentifier("docId", "VB-0001")));
        });
    }

    [Test]
    public async Task Equal_requests_give_equal_bytes()
    {
        var (_, first, _) = await PlanAsync();
        var (_, second, _) = await PlanAsync();
        Assert.That(second.Files, Is.EqualTo(first.Files));
    }

    [Test]
    public async Task An_AIP_without_PREMIS_is_at_fault()
    {
        var (_, aip, _) = await PlanAsync();
        aip.Files.Remove("metadata/preservation/PREMIS.xml");
        Assert.That(Tt05Samples.Codes((await Tt05Samples.CheckAsync(aip)).Findings), Does.Contain("VN-STR-09"));
    }

    [Test]
    public async Task Programming_errors_are_told()
    {
        var sip = await Tt05Samples.SipAsync();
        var request = AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!);
        Assert.Multiple(() =>
        {
            Assert.That(() => AipPlanner.Plan(request with { Id = "x" }), Throws.ArgumentException);
            Assert.That(() => AipPlanner.Plan(request with { Generated = [new GeneratedFile("METS.xml", default)] }), Throws.ArgumentException);
            Assert.That(() => AipPlanner.Plan(request with { Generated = [new GeneratedFile("metadata/../x", default)] }), Throws.ArgumentException);
            Assert.That(() => AipPlanner.Plan(request with { Submission = [.. request.Submission, request.Submission.First()] }), Throws.ArgumentException);
        });
    }
}
