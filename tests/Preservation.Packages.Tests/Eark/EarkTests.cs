using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.BagIt;
using Preservation.Packages.Eark;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Eark;

public sealed class EarkTests
{
    private static Task<PackageReport> CheckAsync(MemoryTree tree) => EarkValidator.CheckAsync(tree, Limits.Default, default);

    private static async Task<MemoryTree> SipAsync()
    {
        using var zip = new MemoryStream();
        var content = new MemoryTree("f").With("a/b c.txt", "x").With("tệp%.pdf", "%PDF");
        var options = Tt05Samples.Options() with { OfficialSchemas = new MemoryTree("s").With("mets.xsd", "<x/>") };
        var result = await EarkPacker.PackAsync(content, new EarkSource("Hồ sơ", "Bộ Nội vụ", "G09", "NL.1"), zip, options, default);
        Assert.That(result.Findings, Is.Empty);
        return MemoryTree.FromZip(zip.ToArray());
    }

    private static string[] Errors(PackageReport report) =>
        [.. report.Findings.Where(f => f.Rule.Severity == Severity.Error).Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}")];

    private static string[] Codes(PackageReport report, Severity severity) => [.. report.Findings.Where(f => f.Rule.Severity == severity).Select(f => f.Rule.Code)];

    private static string[] All(PackageReport report) => [.. report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}")];

    [Test]
    public async Task A_packed_folder_has_no_finding_but_the_folders_it_does_not_need()
    {
        var report = await CheckAsync(await SipAsync());
        Assert.Multiple(() =>
        {
            Assert.That(Codes(report, Severity.Warning), Is.EqualTo(new[] { "CSIPSTR13" }));
            // What a sender may add: rights, documentation, contact, preserving agent, former codes, formats.
            Assert.That(Codes(report, Severity.Info).Distinct(), Is.EquivalentTo(new[]
            {
                "CSIP45", "CSIPSTR16", "SIP6", "SIP7", "SIP8", "SIP21", "SIP26", "SIP32", "SIP33", "SIP34", "SIP35",
            }));
            Assert.That((report.Valid, report.Version), Is.EqualTo((true, "2.2.0")));
            Assert.That((report.Description!.Title, report.Description.AgencyCode, report.Description.RegistrationCode), Is.EqualTo(("Hồ sơ", "G09", "NL.1")));
        });
    }

    [TestCase("METS.xml")]
    [TestCase("representations/rep1/METS.xml")]
    public async Task The_METS_documents_meet_their_schemas(string path) => Assert.That(Shared.Validate((await SipAsync()).Files[path], Shared.MetsSchemas), Is.Empty);

    [Test]
    public async Task The_public_SIP_of_another_tool_passes()
    {
        var file = Directory.EnumerateFiles(Path.Combine(Shared.Corpus, "eark", "extra", "commons-ip"), "6ab98a90*.zip").Single();
        Assert.That(Errors(await CheckAsync(CorpusArchive.Read(file))), Is.Empty);
    }

    [Test]
    public async Task The_generated_workload_passes()
    {
        var tool = Path.Combine(Shared.Corpus, "..", "tools", "gen_workload.py");
        var output = Directory.CreateTempSubdirectory("workload-");
        try
        {
            using var process = System.Diagnostics.Process.Start("python3", [tool, Path.Combine(output.FullName, "w"), "--set", "tiny"]);
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero);
            await using var tree = new Core.Files.FolderTree(Path.Combine(output.FullName, "w", "sip", "bench-tiny"));
            var report = await EarkValidator.CheckAsync(tree, Limits.Default, default);
            Assert.That((Errors(report), report.Files), Is.EqualTo((Array.Empty<string>(), 43)));
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    [Test]
    public async Task The_AIP_of_an_E_ARK_SIP_passes_and_lists_everything()
    {
        var sip = await SipAsync();
        var plan = AipPlanner.Plan(AipSamples.Request(sip, (await CheckAsync(sip)).Description!));
        var aip = AipSamples.Build(plan, sip);
        var report = await CheckAsync(aip);
        Assert.That(All(report), Is.Empty);
        _ = Shared.Schemas; // a missing prerequisite is said here: inside the block it would be a failure
        Assert.Multiple(async () =>
        {
            Assert.That(aip.Files.Keys, Does.Contain("representations/rep1/data/a/b c.txt").And.Contains("submission/METS.xml"));
            Assert.That(Shared.Validate(aip.Files["METS.xml"], Shared.MetsSchemas), Is.Empty);
            Assert.That(Shared.Validate(aip.Files["representations/rep1/METS.xml"], Shared.MetsSchemas), Is.Empty);
            Assert.That(Shared.Validate(aip.Files["metadata/preservation/PREMIS.xml"], Shared.PremisSchemas), Is.Empty);
            await AipSamples.AssertListsEverythingAsync(aip);
        });
    }

    [Test]
    public async Task The_AIP_of_another_tools_SIP_passes()
    {
        var file = Directory.EnumerateFiles(Path.Combine(Shared.Corpus, "eark", "extra", "commons-ip"), "6ab98a90*.zip").Single();
        var sip = CorpusArchive.Read(file);
        var aip = AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, (await CheckAsync(sip)).Description!)), sip);
        var report = await CheckAsync(aip);
        // That SIP calls two mock files PREMIS and tells no version of it; what was received is kept and told.
        Assert.That(report.Findings.Select(f => (f.Rule.Code, f.Rule.Severity)), Is.All.EqualTo(("AIPM7", Severity.Warning)));
        Assert.That(report.Findings, Has.Length.EqualTo(3));
        await AipSamples.AssertListsEverythingAsync(aip);
    }

    [Test]
    public async Task The_AIP_of_a_bag_passes()
    {
        using var zip = new MemoryStream();
        await BagItPacker.PackAsync(new MemoryTree("f").With("x/a.txt", "a"), "bag", [new("Source-Organization", "Bộ \u0001 Nội vụ")], zip, Tt05Samples.Options(), default);
        var bag = MemoryTree.FromZip(zip.ToArray());
        var report = await PackageCheck.CheckAsync(bag, null, Limits.Default, default);
        var aip = AipSamples.Build(AipPlanner.Plan(AipSamples.Request(bag, report.Description! with { AgencyName = "Bộ Nội vụ" })), bag);
        Assert.That(All(await CheckAsync(aip)), Is.Empty);
        Assert.That(aip.Files.Keys, Does.Contain("representations/rep1/data/x/a.txt").And.Contains("metadata/descriptive/dc.xml"));
        await AipSamples.AssertListsEverythingAsync(aip);
    }

    [Test]
    public async Task The_AIP_of_a_circular_05_submission_has_only_the_profile_finding()
    {
        var sip = await Tt05Samples.SipAsync();
        var aip = AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!)), sip);
        Assert.That((await CheckAsync(aip)).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "AIPM2" }));
    }

    [Test]
    public void Ten_thousand_files_are_planned_well_within_a_second()
    {
        var files = Enumerable.Range(0, 10_000).Select(i => AipSamples.File($"data/d{i / 100}/f{i}.bin", BitConverter.GetBytes(i), "fmt/1")).ToList();
        var request = new AipRequest
        {
            Id = AipSamples.Id, Created = Tt05Samples.Now, Submission = [.. files],
            Description = new Preservation.Packages.Description.PackageDescription { Kind = PackageKind.BagIt, Title = "t" },
        };
        AipPlanner.Plan(request);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var plan = AipPlanner.Plan(request);
        TestContext.Out.WriteLine($"{watch.ElapsedMilliseconds} ms");
        Assert.Multiple(() =>
        {
            Assert.That((plan.Count, plan.Entries.Count()), Is.EqualTo((20_000 + 5, 20_000 + 5)));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)), "a shared machine gets a margin of five");
        });
    }
}
