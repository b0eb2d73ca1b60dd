using Preservation.Core.Findings;
using Preservation.Packages.Eark;

namespace Preservation.Packages.Tests.Eark;

/// <summary>Faults put one by one into good packages, and the book of rules held against them.</summary>
public sealed class EarkRuleTests
{
    [TestCaseSource(typeof(EarkMutants), nameof(EarkMutants.All))]
    public async Task A_fault_is_found(EarkMutant mutant)
    {
        var tree = await EarkSamples.GetAsync(mutant.Sample);
        mutant.Change(tree);
        var report = await EarkSamples.CheckAsync(tree);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain(mutant.Rule));
    }

    [Test]
    public async Task Good_packages_break_no_rule([Values] EarkSample sample)
    {
        var report = await EarkSamples.CheckAsync(await EarkSamples.GetAsync(sample));
        Assert.That(report.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"), Is.Empty);
    }

    [Test]
    public void Every_rule_of_the_book_has_a_fault_that_raises_it() =>
        Assert.That(EarkRules.All.Select(r => r.Code).Order(), Is.EqualTo(EarkMutants.All.Select(m => m.Rule).Distinct().Order()));

    [Test]
    public async Task Every_code_that_is_raised_is_in_the_book()
    {
        var raised = new HashSet<string>();
        foreach (var mutant in EarkMutants.All)
        {
            var tree = await EarkSamples.GetAsync(mutant.Sample);
            mutant.Change(tree);
            raised.UnionWith((await EarkSamples.CheckAsync(tree)).Findings.Select(f => f.Rule.Code));
        }
        Assert.That(EarkRules.All.Select(r => r.Code).Except(raised), Is.Empty);
        Assert.That(raised.Except(EarkRules.All.Select(r => r.Code)).Order(), Is.Empty);
    }

    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-1-0.xml", "2.1.0", Severity.Error, Severity.Info)]
    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-0-4.xml", "2.0.4", Severity.Error, Severity.Info)]
    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP.xml", "2.2.0", Severity.Warning, Severity.Error)]
    public void Levels_and_clauses_follow_the_version_of_the_profile(string profile, string version, Severity csip100, Severity sip12)
    {
        Assert.Multiple(() =>
        {
            Assert.That(EarkRules.VersionOf(profile), Is.EqualTo(version));
            Assert.That((EarkRules.Get("CSIP100", version).Severity, EarkRules.Get("SIP12", version).Severity), Is.EqualTo((csip100, sip12)));
            Assert.That(EarkRules.Get("CSIP7", version).Clause, Is.EqualTo($"E-ARK CSIP {version}, metsHdr, CSIP7"));
        });
    }

    [TestCase("E-ARK-SIP-v2-0-4", Severity.Error)]
    [TestCase("E-ARK-SIP-v2-1-0", null)]
    [TestCase("E-ARK-SIP-v2-2-0", null)]
    [TestCase("E-ARK-SIP", Severity.Info)]
    public async Task The_label_of_the_main_division_was_a_requirement_of_2_0_4_only(string profile, Severity? severity)
    {
        var tree = (await EarkSamples.GetAsync(EarkSample.Sip)).Replace(EarkSamples.Root, "E-ARK-SIP-v2-2-0", profile);
        EarkMutant.Cut("(<mets:structMap[^>]*>\\s*<mets:div ID=\"[^\"]*\") LABEL=\"[^\"]*\"", "$1")(tree);
        var report = await EarkSamples.CheckAsync(tree);
        Assert.That(report.Findings.Where(f => f.Rule.Code == "CSIP86").Select(f => (Severity?)f.Rule.Severity).FirstOrDefault(), Is.EqualTo(severity));
    }
}
