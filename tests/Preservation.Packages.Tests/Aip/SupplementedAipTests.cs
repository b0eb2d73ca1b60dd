using System.Text;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Aip;

public sealed class SupplementedAipTests
{
    private const string Folder = "submission/0b6a2c1e-0000-4000-8000-0000000000aa/";
    private const string Report = "metadata/other/signatures/earlier.json";

    /// <summary>The version after: a supplement of one document to the sample dossier.</summary>
    private static async Task<(AipPlan Plan, MemoryTree Aip, MemoryTree First, MemoryTree Second)> PlanAsync()
    {
        var first = await Tt05Samples.SipAsync();
        var json = $$"""
            {
              "registrationCode": "NL.BNV.2026.01", "recordStatus": "SUPPLEMENT", "agency": { "code": "G09", "name": "Bộ Nội vụ" }, "fonds": { "code": "G09.01" },
              "dossier": {
                "fileCode": "G09.2025.01-TCCB", "title": "Hồ sơ đề án tổ chức bộ máy", "maintenance": "01", "mode": "01", "language": ["01"],
                "startDate": "2025-01-02", "endDate": "31/12/2025", "numberOfPaper": 5, "riskRecovery": "0", "confidenceLevel": "02", "paperFileCode": "K1.G2.H3"
              },
              "documents": [ { "file": "bb.pdf", "docId": "VB-0004", "docCode": "G09.2025.01-TCCB.0000004", "typeName": "02", "codeNumber": "9", "codeNotation": "BB", "issuedDate": "2025-05-06",
                "organName": "Bộ Nội vụ", "subject": "Biên bản bổ sung", "numberOfPage": 1, "language": "01", "mode": "01", "riskRecovery": "0", "confidenceLevel": "02" } ]
            }
            """;
        var second = MemoryTree.FromZip((await Tt05Samples.PackAsync(json, new MemoryTree("giao").With("bb.pdf", "%PDF-4"))).Zip);
        var before = await Tt05Samples.CheckAsync(first);
        var now = await Tt05Samples.CheckAsync(second);
        Assert.That(now.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"), Is.Empty, "ordinals and counts of a supplement are those of the whole");
        var plan = AipPlanner.Plan(AipSamples.Request(second, Supplement.Merge(before.Description!, now.Description!)) with
        {
            Folder = Folder,
            Earlier = [new EarlierSubmission("submission/", [.. first.Files.Select(f => AipSamples.File(f.Key, f.Value) with { IsHeld = true })])],
            EarlierReports = [AipSamples.File(Report, Encoding.UTF8.GetBytes("{}")) with { IsHeld = true }],
        });
        var aip = new MemoryTree(plan.Id.Replace(':', '_'));
        foreach (var e in plan.Entries) aip.Files[e.Path] = e.IsHeld ? e.Path == Report ? Encoding.UTF8.GetBytes("{}") : HeldBytes(e, first) : e.SourcePath is null ? plan.BytesOf(e) : second.Files[e.SourcePath];
        return (plan, aip, first, second);
    }

    private static byte[] HeldBytes(AipEntry entry, MemoryTree first) => first.Files.Values.First(b => Core.Digests.DigestAlgorithm.Sha512.Compute(b) == entry.Sha512);

    [Test]
    public async Task It_passes_the_circulars_rules_as_one_dossier()
    {
        var report = await Tt05Samples.CheckAsync((await PlanAsync()).Aip);
        Assert.That(report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"), Is.Empty);
        Assert.That(report.Description!.Documents.Select(d => d.Id), Is.EqualTo(new[] { "VB-0001", "VB-0002", "VB-0003", "VB-0004" }));
        Assert.That(report.Description.Field("totalDoc") ?? "4", Is.EqualTo("4"));
    }

    [Test]
    public async Task E_ARK_has_only_its_profile_against_it()
    {
        var report = await Preservation.Packages.Eark.EarkValidator.CheckAsync((await PlanAsync()).Aip, Core.Limits.Default, default);
        Assert.That(report.Findings.Select(f => $"{f.Rule.Code} {f.Path}"), Is.EqualTo(new[] { "AIPM2 METS.xml" }));
    }

    [Test]
    public async Task Both_submissions_lie_in_it_whole_and_only_the_new_one_brings_bytes()
    {
        var (plan, aip, first, second) = await PlanAsync();
        Assert.Multiple(() =>
        {
            foreach (var (path, bytes) in first.Files) Assert.That(aip.Files["submission/" + path], Is.EqualTo(bytes), path);
            foreach (var (path, bytes) in second.Files) Assert.That(aip.Files[Folder + path], Is.EqualTo(bytes), path);
            Assert.That(plan.Entries.Where(e => e.SourcePath is not null).Select(e => e.SourcePath).Distinct(), Is.EquivalentTo(second.Files.Keys));
            Assert.That(plan.Entries.Single(e => e.Path == Report).IsHeld, Is.True);
        });
    }

    [Test]
    public async Task METS_lists_every_file_but_itself() => await AipSamples.AssertListsEverythingAsync((await PlanAsync()).Aip);
}
