using Preservation.Packages.Dip;
using Preservation.Packages.Tests.Tt05;
using Preservation.Testing.Rules;
using static Preservation.Packages.Tests.Dip.DipSamples;

namespace Preservation.Packages.Tests.Dip;

/// <summary>The rules about making DIPs.</summary>
public sealed class DipRuleTests
{
    private static IReadOnlyList<RuleCase> Cases { get; } =
    [
        Make("DIP-SOURCE", "a SIP in place of an AIP", _ => { }, Tt05Samples.SipAsync),
        Make("DIP-SELECTION", "a document that is not there", _ => { }, request: Request with { Documents = ["VB-0009"] }),
        Make("DIP-DOCUMENTS", "an E-ARK package and the circular's form", _ => { }, EarkAipAsync),
        Make("DIP-CONTENT", "a changed bit", t => t.Files["representations/rep1/data/VB-0001.pdf"][2] ^= 1),
        Make("DIP-CONTENT", "a missing file", t => t.Files.Remove("representations/rep1/data/VB-0001.pdf")),
        Make("DIP-UNDECLARED", "a file that no METS mentions", t => t.With("representations/rep1/data/stray.txt", "x")),
        Make("DIP-HOLEY", "a reference into another package", _ => { }),
    ];

    [TestCaseSource(nameof(Cases))]
    public Task A_fault_is_found(RuleCase mutant) => mutant.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync("DIP", DipRules.All, Cases,
    [
        new RuleSample("DIP of an E-ARK AIP", async () => (await MakeAsync(await EarkAipAsync(), PackageKind.Eark)).Result.Findings),
    ]);

    private static RuleCase Make(string rule, string fault, Action<MemoryTree> change, Func<Task<MemoryTree>>? source = null, DipRequest? request = null) => new(rule, "AIP with " + fault, async () =>
    {
        var aip = source is null ? await Tt05AipAsync() : await source();
        change(aip);
        return (await MakeAsync(aip, PackageKind.Tt05, request)).Result.Findings;
    });
}
