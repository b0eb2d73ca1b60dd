using Preservation.Catalogue.Model;
using Preservation.Packages;
using Preservation.Packages.Description;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Ingest;

/// <summary>VN-C13, VN-C14 and VN-C17 against the catalogue.</summary>
internal sealed class CircularCatalogueTests : WorkflowFixture
{
    private const string Fetch = "representations/rep1/data/x.pdf.fetch.txt";

    [SetUp]
    public async Task AddCodes()
    {
        await using var session = await BeginAsync();
        session.Rows.AgencyCodes.Add(new AgencyCode { Id = Guid.NewGuid(), AgencyId = Agency, Code = "H99.1", ValidFrom = new DateOnly(2020, 1, 1), ValidUntil = new DateOnly(2024, 12, 31) });
        session.Rows.AgencyCodes.Add(new AgencyCode { Id = Guid.NewGuid(), AgencyId = Agency, Code = "H99.2", ValidFrom = new DateOnly(2025, 1, 1) });
        session.Rows.Fonds.Add(new Fonds { Id = Guid.NewGuid(), AgencyId = Agency, Code = "P07", Name = "Phông đóng", IsOpen = false, CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    private static PackageDescription Describe(string fileCode = "H99.2.2025.A", string? fonds = "P07", string? target = null, string? registration = null) => new()
    {
        Kind = PackageKind.Tt05, FondsCode = fonds, RegistrationCode = registration, Fields = [KeyValuePair.Create("fileCode", fileCode)],
        Documents = target is null ? [] : [new DocumentDescription { Id = "x", Kind = "doc", DescriptorPath = "d.xml", FilePaths = [Fetch], FetchReferences = [new Preservation.Packages.Description.PackageAlias(Fetch, target)] }],
    };

    private async Task<List<string>> JudgeAsync(PackageDescription description, string? registration = null)
    {
        var id = await AddSubmissionAsync(change: s => s.RegistrationCode = registration);
        await using var session = await BeginAsync();
        var submission = session.Rows.Submissions.Single(s => s.Id == id);
        return [.. (await CircularCatalogue.JudgeAsync(session, submission, description, default)).Select(f => $"{f.Rule.Code} {f.Path}".Trim())];
    }

    private async Task<Guid> AddPackageAsync(Guid producer, string fonds, string objId)
    {
        var submission = await AddSubmissionAsync();
        await using var session = await BeginAsync();
        var id = Guid.NewGuid();
        session.Rows.Packages.Add(new Package
        {
            Id = id, SubmissionId = submission, ProducerId = producer, CustodianId = producer, AgreementVersionId = AgreementVersion, Kind = "tt05", Title = "T", HeadVersion = 1, PreservedAt = session.Now, Files = 1, Bytes = 1,
        });
        await session.FlushAsync(default);
        session.Rows.PackageVersions.Add(new PackageVersion { PackageId = id, Version = 1, InventorySha512 = new byte[64], Message = "", CreatedAt = session.Now, Description = $$"""{"kind":"tt05","fondsCode":"{{fonds}}"}""" });
        session.Rows.PackageAliases.Add(new Preservation.Catalogue.Model.PackageAlias { Id = Guid.NewGuid(), PackageId = id, Scheme = "OBJID", Code = objId, ValidFrom = session.Now });
        session.Rows.Files.Add(new StoredFile { PackageId = id, LogicalPath = "representations/rep1/data/x.pdf", VersionFrom = 1, Bytes = 1, Sha256 = new byte[32], Sha512 = new byte[64] });
        session.Rows.Files.Add(new StoredFile { PackageId = id, LogicalPath = "representations/rep1/data/old.pdf", VersionFrom = 1, VersionUntil = 2, Bytes = 1, Sha256 = new byte[32], Sha512 = new byte[64] });
        session.Rows.Documents.Add(new Document { Id = Guid.NewGuid(), PackageId = id, Code = objId + ".0000001", VersionFrom = 1, Fields = "{}" });
        await session.CommitAsync(default);
        return id;
    }

    [TestCase("H99.2.2025.A")]
    [TestCase("H99.1.2019.A")]
    [TestCase("P07.2025.A")]
    [TestCase("H99.2")]
    public async Task A_file_code_begins_with_a_code_the_agency_bears_or_bore(string code) => Assert.That(await JudgeAsync(Describe(code)), Is.Empty);

    [TestCase("H99.20.2025.A")]
    [TestCase("G09.2025.A")]
    [TestCase("01")]
    public async Task Another_file_code_is_refused(string code) => Assert.That(await JudgeAsync(Describe(code)), Is.EqualTo(new[] { "VN-C13 metadata/descriptive/EAD.xml" }));

    [Test]
    public async Task Another_agencys_codes_do_not_count()
    {
        await using (var session = await BeginAsync())
        {
            var other = Guid.NewGuid();
            session.Rows.Agencies.Add(new Agency { Id = other, Name = "Sở khác", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
            await session.FlushAsync(default);
            session.Rows.AgencyCodes.Add(new AgencyCode { Id = Guid.NewGuid(), AgencyId = other, Code = "G09", ValidFrom = new DateOnly(2020, 1, 1) });
            await session.CommitAsync(default);
        }
        Assert.That(await JudgeAsync(Describe("G09.2025.A")), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_fonds_of_the_agency_is_named()
    {
        Assert.That(await JudgeAsync(Describe(fonds: "H99.2.P01")), Is.Empty, "under the agency's own code");
        Assert.That(await JudgeAsync(Describe(fonds: "P08")), Is.EqualTo(new[] { "VN-C17-FONDS METS.xml" }));
    }

    [Test]
    public async Task A_reference_leads_to_a_document_of_the_same_fonds()
    {
        var id = await AddPackageAsync(Agency, "P07", "uuid-A");
        foreach (var target in new[] { "uuid-A/representations/rep1/data/x.pdf", $"urn:uuid:{id}/representations/rep1/data/x.pdf", "uuid-A.0000001", " uuid-A.0000001\n" })
            Assert.That(await JudgeAsync(Describe(target: target)), Is.Empty, target);
        foreach (var target in new[] { "uuid-A/representations/rep1/data/y.pdf", "uuid-A/representations/rep1/data/old.pdf", "uuid-B/representations/rep1/data/x.pdf", "uuid-A.0000002", "uuid-A", "", "a\0b" })
            Assert.That(await JudgeAsync(Describe(target: target)), Is.EqualTo(new[] { "VN-C14 " + Fetch }), target);
        Assert.That(await JudgeAsync(Describe(fonds: "H99.2.P01", target: "uuid-A.0000001")), Is.EqualTo(new[] { "VN-C14 " + Fetch }), "another fonds");
    }

    [Test]
    public async Task A_reference_into_another_agencys_package_leads_nowhere()
    {
        var other = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            session.Rows.Agencies.Add(new Agency { Id = other, Name = "Sở khác", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        await AddPackageAsync(other, "P07", "uuid-A");
        Assert.That(await JudgeAsync(Describe(target: "uuid-A.0000001")), Is.EqualTo(new[] { "VN-C14 " + Fetch }));
    }

    [Test]
    public async Task Package_and_request_name_one_registration()
    {
        Assert.Multiple(async () =>
        {
            Assert.That(await JudgeAsync(Describe(registration: "NL.1"), "NL.1"), Is.Empty);
            Assert.That(await JudgeAsync(Describe(registration: "NL.1")), Is.Empty, "a request need not repeat it");
            Assert.That(await JudgeAsync(Describe(registration: "NL.1"), "NL.2"), Is.EqualTo(new[] { "VN-C17 METS.xml" }));
        });
    }
}
