using Preservation.Packages.Tt05;
using Preservation.Testing.Rules;

namespace Preservation.Packages.Tests.Tt05;

public sealed class Tt05ValidatorTests
{
    private const string Ead = Tt05Mutants.Ead;
    private const string Doc1 = Tt05Mutants.Doc1;
    private const string Data1 = Tt05Mutants.Data1;

    [TestCaseSource(typeof(Tt05Mutants), nameof(Tt05Mutants.All))]
    public Task A_fault_is_found(RuleCase mutant) => mutant.AssertRaisedAsync();

    [TestCase("<simpledc>")]
    [TestCase("<ead/>")]
    public async Task A_description_that_is_none_is_named(string xml)
    {
        var report = await Tt05Samples.CheckAsync((await Tt05Samples.SipAsync()).With(Ead, xml));
        Assert.That(Tt05Samples.Codes(report.Findings), Does.Contain("PKG-XML"));
        Assert.That(report.Valid, Is.False);
    }

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync("Circular 05/2025", Tt05Rules.All, Tt05Mutants.All,
    [
        new RuleSample("good SIP", async () => (await Tt05Samples.CheckAsync(await Tt05Samples.SipAsync())).Findings),
        new RuleSample("good AIP", async () => (await Tt05Samples.CheckAsync(await Tt05Mutants.AipAsync())).Findings),
    ]);

    [Test]
    public async Task A_historical_archive_takes_permanent_records_only()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Ead, "<maintenance>01<", "<maintenance>02<");
        var historical = await Tt05Samples.CheckAsync(tree, new Tt05CheckOptions { IsHistoricalArchive = true });
        var ordinary = await Tt05Samples.CheckAsync(tree);
        Assert.Multiple(() =>
        {
            Assert.That(Tt05Samples.Codes(historical.Findings), Does.Contain("VN-C08"));
            Assert.That(Tt05Samples.Codes(ordinary.Findings), Does.Not.Contain("VN-C08"));
        });
    }

    [Test]
    public async Task An_isolated_deployment_may_take_secret_records()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Doc1, "<mode>01<", "<mode>03<");
        var report = await Tt05Samples.CheckAsync(tree, new Tt05CheckOptions { AllowsSecret = true });
        Assert.That(Tt05Samples.Codes(report.Findings), Is.EqualTo(new[] { "VN-C12" }), "only the digest of the changed descriptor");
    }

    [Test]
    public async Task The_description_carries_what_the_catalogue_keeps()
    {
        var d = (await Tt05Samples.CheckAsync(await Tt05Samples.SipAsync())).Description!;
        Assert.Multiple(() =>
        {
            Assert.That((d.Title, d.FondsCode, d.AgencyName, d.RegistrationCode, d.RecordStatus, d.RetentionCode, d.AccessMode),
                Is.EqualTo(("Hồ sơ đề án tổ chức bộ máy", "G09.01", "Bộ Nội vụ", "NL.BNV.2026.01", "NEW", "01", "01")));
            Assert.That(d.Documents.Select(x => (x.Id, x.Ordinal)), Is.EqualTo(new[] { ("VB-0001", (int?)1), ("VB-0002", 2), ("VB-0003", 3) }));
            Assert.That(d.Documents[0].FilePaths, Is.EqualTo(new[] { Data1 }));
            Assert.That(d.Documents[0].AttachmentPaths, Has.Length.EqualTo(2));
            Assert.That(d.Documents[0].Issued!.From, Is.EqualTo(new DateOnly(2025, 3, 4)));
            Assert.That(d.Documents[2].FetchReferences.Single().Value, Is.EqualTo("uuid-AAAA/representations/rep1/data/VB-9.pdf"));
            Assert.That(d.Aliases.Select(a => a.Value), Does.Contain("G09.2025.01-TCCB").And.Contains("G09.2025.01-TCCB.0000001"));
        });
    }

    [Test]
    public async Task Findings_never_quote_content_and_have_both_languages()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Doc1, "<codeNotation>QĐ-BNV<", "<codeNotation>bí mật bí mật bí mật bí mật bí mật<");
        var report = await Tt05Samples.CheckAsync(tree);
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Select(f => f.Message.En + f.Message.Vi + f.Found), Has.None.Contains("bí mật"));
            Assert.That(Tt05Rules.All.Select(r => r.Message.Vi), Has.All.Not.Empty);
        });
    }

    [Test]
    public async Task No_content_file_is_read_twice()
    {
        var tree = await Tt05Samples.SipAsync();
        await Tt05Samples.CheckAsync(tree);
        Assert.That(tree.Opened.Where(o => o.Key.StartsWith("representations/rep1/data/", StringComparison.Ordinal) && !o.Key.EndsWith(".fetch.txt", StringComparison.Ordinal)).Select(o => o.Value), Has.All.EqualTo(1));
    }
}
