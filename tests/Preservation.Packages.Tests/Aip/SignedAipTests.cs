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

    private static readonly PremisSignature Signature = new("base64", "CN=Nguyễn Văn A", "urn:oid:1.2.840.113549.1.1.1", "AAAA", "rules", ["format: CAdES B"]) { Certificate = "MIIB" };

    [Test]
    public async Task An_AIP_of_signed_files_passes_the_circulars_rules_and_those_of_E_ARK_as_without_them()
    {
        var sip = await Tt05Samples.SipAsync();
        var request = AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!);
        var data = request.Submission.Where(f => f.Path.Contains("/data/", StringComparison.Ordinal)).Select(f => f.Path).ToList();
        Assert.That(data, Has.Count.GreaterThan(1));
        using SubmittedFiles signed = [.. request.Submission.Select(f => f.Path == data[0] ? f with { Signatures = [Signature], SignedIn = [data[1]] } : f.Path == data[1] ? f with { Signs = data[0] } : f)];
        using var plan = AipPlanner.Plan(request with { Submission = signed });
        var aip = AipSamples.Build(plan, sip);
        Assert.That(aip.Files.Values.Count(f => f.AsSpan().IndexOf("signatureInformation"u8) >= 0), Is.EqualTo(1), "it is told");
        var report = await Tt05Samples.CheckAsync(aip);
        Assert.That(report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"), Is.Empty);
        var eark = await Preservation.Packages.Eark.EarkValidator.CheckAsync(aip, Limits.Default, default);
        Assert.That(eark.Findings.Select(f => $"{f.Rule.Code} {f.Path}"), Is.EqualTo(new[] { "AIPM2 METS.xml" }));
    }

    [Test]
    public async Task A_detached_signature_is_told_with_what_it_signs_and_both_name_each_other()
    {
        using SubmittedFiles files =
        [
            AipSamples.File("data/a.pdf", [1], "fmt/477") with { Signatures = [Signature], SignedIn = ["data/a.pdf.p7s"] },
            AipSamples.File("data/a.pdf.p7s", [2]) with { Signs = "data/a.pdf" },
            AipSamples.File("data/b.pdf", [3]),
            AipSamples.File("bagit.txt", [4]) with { Signatures = [Signature] },
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
            Assert.That(Of("a.pdf").Signatures.Single() with { Properties = [] }, Is.EqualTo(Signature with { Properties = [] }));
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
