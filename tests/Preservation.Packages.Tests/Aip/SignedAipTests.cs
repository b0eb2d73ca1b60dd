using Preservation.Core;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Premis;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Aip;

/// <summary>Signatures in PREMIS (data dictionary §1.9): with what they sign, and a detached one related to it.</summary>
public sealed class SignedAipTests
{
    private const string Premis = "representations/rep1/metadata/preservation/PREMIS_rep1.xml";

    [Test]
    public async Task A_detached_signature_is_told_with_what_it_signs_and_both_name_each_other()
    {
        var signature = new PremisSignature("base64", "CN=Nguyễn Văn A", "urn:oid:1.2.840.113549.1.1.1", "AAAA", "rules", ["format: CAdES B"]) { Certificate = "MIIB" };
        using SubmittedFiles files =
        [
            AipSamples.File("data/a.pdf", [1], "fmt/477") with { Signatures = [signature], SignedIn = ["data/a.pdf.p7s"] },
            AipSamples.File("data/a.pdf.p7s", [2]) with { Signs = "data/a.pdf" },
            AipSamples.File("data/b.pdf", [3]),
            AipSamples.File("bagit.txt", [4]) with { Signatures = [signature] },
        ];
        using var plan = AipPlanner.Plan(new AipRequest
        {
            Id = AipSamples.Id, Created = Tt05Samples.Now, Submission = files,
            Description = new PackageDescription { Kind = PackageKind.BagIt, ObjId = "1", Title = "Hồ sơ", AgencyName = "Bộ Nội vụ", FondsCode = "G09" },
        });
        var bytes = plan.BytesOf(plan.Find(Premis)!);
        var read = await PremisReader.ReadAsync(new MemoryStream(bytes), Limits.Default, default);
        PremisObject Of(string path) => read.Objects.Single(o => o.Identifiers.Contains(AipPlanner.FileObject(AipSamples.Id, "representations/rep1/data/" + path)));
        Assert.Multiple(() =>
        {
            Assert.That(Of("a.pdf").Signatures.Single() with { Properties = [] }, Is.EqualTo(signature with { Properties = [] }));
            Assert.That(Of("a.pdf.p7s").Signatures, Is.Empty, "it is told with what it signs");
            Assert.That(Of("b.pdf").Signatures, Is.Empty);
            Assert.That(Related(Of("a.pdf")), Is.EqualTo(("is Documented In", AipPlanner.FileObject(AipSamples.Id, "representations/rep1/data/a.pdf.p7s"))));
            Assert.That(Related(Of("a.pdf.p7s")), Is.EqualTo(("documents", AipPlanner.FileObject(AipSamples.Id, "representations/rep1/data/a.pdf"))));
            Assert.That(Of("b.pdf").Relationships.Select(r => r.Type), Is.EqualTo(new[] { "structural" }));
            Assert.That(read.Objects.Where(o => o.Category != PremisObjectCategory.File).SelectMany(o => o.Signatures), Is.Empty);
        });
        Assert.That(Shared.Validate(bytes, Shared.PremisSchemas), Is.Empty);
    }

    private static (string, PremisIdentifier) Related(PremisObject file) => file.Relationships.Where(r => r.Type == "reference").Select(r => (r.SubType, r.Objects.Single())).Single();
}
