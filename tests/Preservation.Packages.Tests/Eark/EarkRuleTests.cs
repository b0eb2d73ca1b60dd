using System.Text.RegularExpressions;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Eark;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tests.Tt05;

namespace Preservation.Packages.Tests.Eark;

/// <summary>Faults put one by one into a sound AIP (which has every section) or SIP.</summary>
public sealed class EarkRuleTests
{
    private const string Root = "METS.xml";
    private const string Rep = "representations/rep1/METS.xml";

    private static async Task<MemoryTree> SipAsync()
    {
        using var zip = new MemoryStream();
        var options = Tt05Samples.Options() with { OfficialSchemas = new MemoryTree("s").With("a.xsd", "<x/>") };
        await EarkPacker.PackAsync(new MemoryTree("f").With("a.txt", "x"), new EarkSource("T", "A", "C"), zip, options, default);
        return MemoryTree.FromZip(zip.ToArray());
    }

    private static async Task<MemoryTree> AipAsync()
    {
        var sip = await SipAsync();
        var report = await EarkValidator.CheckAsync(sip, Limits.Default, default);
        return AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, report.Description!)), sip);
    }

    private static TestCaseData Case(string code, Action<MemoryTree> change, bool isSip = false, string? name = null) =>
        new TestCaseData(code, change, isSip).SetName($"{{m}}({name ?? code})");

    private static Action<MemoryTree> Sub(string old, string @new, string path = Root) => t => t.Replace(path, old, @new);

    private static Action<MemoryTree> Cut(string pattern, string @new = "", string path = Root) => t =>
    {
        var text = t.Text(path);
        var changed = new Regex(pattern, RegexOptions.Singleline).Replace(text, @new, 1);
        Assert.That(changed, Is.Not.EqualTo(text), "the mutation must hit");
        t.With(path, changed);
    };

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("CSIP1", Cut(" OBJID=\"[^\"]*\""));
        yield return Case("AIPM1", Cut(" OBJID=\"[^\"]*\""));
        yield return Case("CSIP2", Sub("TYPE=\"Mixed\"", "TYPE=\"Soup\""));
        yield return Case("CSIP3", Sub("TYPE=\"Mixed\"", "TYPE=\"OTHER\""));
        yield return Case("CSIP4", Cut(" csip:CONTENTINFORMATIONTYPE=\"MIXED\""));
        yield return Case("CSIP5", Sub("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"OTHER\""));
        yield return Case("CSIP6", Cut(" PROFILE=\"[^\"]*\""));
        yield return Case("CSIP117", Cut("<mets:metsHdr.*?</mets:metsHdr>"));
        yield return Case("CSIP7", Cut(" CREATEDATE=\"[^\"]*\""));
        yield return Case("CSIP8", Cut(" LASTMODDATE=\"[^\"]*\""));
        yield return Case("CSIP9", Sub("OAISPACKAGETYPE=\"AIP\"", "OAISPACKAGETYPE=\"ZIP\""));
        yield return Case("AIPM3", Sub("OAISPACKAGETYPE=\"AIP\"", "OAISPACKAGETYPE=\"DIP\""));
        yield return Case("CSIP10", Cut("<mets:agent.*</mets:agent>"));
        yield return Case("CSIP11", Sub("ROLE=\"CREATOR\"", "ROLE=\"EDITOR\""));
        yield return Case("CSIP12", Sub("TYPE=\"OTHER\" OTHERTYPE=\"SOFTWARE\"", "TYPE=\"INDIVIDUAL\" OTHERTYPE=\"SOFTWARE\""));
        yield return Case("CSIP13", Cut(" OTHERTYPE=\"SOFTWARE\""));
        yield return Case("CSIP14", Cut("<mets:name>Preservation</mets:name>"));
        yield return Case("CSIP15", Cut("<mets:note csip:NOTETYPE=\"SOFTWARE VERSION\">.*?</mets:note>"));
        yield return Case("CSIP16", Sub("SOFTWARE VERSION", "VERSION"));
        yield return Case("CSIP17", Cut("<mets:dmdSec.*?</mets:dmdSec>"));
        foreach (var (element, ids) in new[] { ("dmdSec", new[] { 18, 20, 21, 22 }), ("digiprovMD", [33, 34, 35, 36]) })
        {
            yield return Case($"CSIP{ids[0]}", Cut($"<mets:{element} ID=\"[^\"]*\"", $"<mets:{element}"));
            yield return Case($"CSIP{ids[1]}", Cut($"(<mets:{element} [^>]*)STATUS=\"[^\"]*\"", "$1"));
            yield return Case($"CSIP{ids[2]}", Cut($"(<mets:{element} [^>]*>)\\s*<mets:mdRef[^>]*>", "$1"));
            string[] attributes = ["LOCTYPE", "xlink:type", "xlink:href", "MDTYPE", "MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE"];
            for (var i = 0; i < attributes.Length; i++)
                yield return Case($"CSIP{ids[3] + i}", Cut($"(<mets:{element} [^>]*>\\s*<mets:mdRef[^>]*?) {attributes[i]}=\"[^\"]*\"", "$1"));
        }
        yield return Case("CSIP27", Cut("(<mets:dmdSec [^>]*>\\s*<mets:mdRef[^>]*?) SIZE=\"[^\"]*\"", "$1 SIZE=\"1\""), name: "CSIP27 wrong");
        yield return Case("CSIP29", t => t.With("metadata/descriptive/dc.xml", t.Text("metadata/descriptive/dc.xml").Replace("<dc:title>T", "<dc:title>U", StringComparison.Ordinal)), name: "CSIP29 wrong");
        yield return Case("CSIP19", Cut("(<mets:dmdSec [^>]*)CREATED=\"[^\"]*\"", "$1"));
        yield return Case("CSIP31", Cut("<mets:amdSec.*</mets:amdSec>"));
        yield return Case("AIPM5", Cut("<mets:amdSec.*</mets:amdSec>"));
        yield return Case("CSIP32", t => t.With("metadata/preservation/more.xml", "<x/>"));
        yield return Case("AIPM2", Sub("E-ARK-AIP-v2-2-0", "E-ARK-XIP"));
        yield return Case("AIPM4", t => t.With(Root, t.Text(Root).Replace("STATUS=\"CURRENT\"", "STATUS=\"SUPERSEDED\"", StringComparison.Ordinal)));
        yield return Case("AIPM6", Sub("MDTYPE=\"PREMIS\"", "MDTYPE=\"DC\""));
        yield return Case("AIPM7", Sub("MDTYPEVERSION=\"3.0\"", "MDTYPEVERSION=\"2.2\""));
        yield return Case("AIP16", Cut("<premis:linkingAgentIdentifier>.*?</premis:linkingAgentIdentifier>", path: "metadata/preservation/PREMIS.xml"));
        yield return Case("AIP18", Cut("<premis:agent>.*?</premis:agent>", path: "metadata/preservation/PREMIS.xml"));
        yield return Case("CSIP58", Cut("<mets:fileSec.*</mets:fileSec>"));
        yield return Case("CSIP58", t => t.With("other.txt", "x"), name: "CSIP58 undeclared");
        yield return Case("CSIP59", Cut("<mets:fileSec ID=\"[^\"]*\"", "<mets:fileSec"));
        yield return Case("CSIP60", t => t.With("documentation/a.txt", "x"));
        yield return Case("CSIP113", Sub("USE=\"Schemas\"", "USE=\"Other\""));
        yield return Case("CSIP114", Sub("USE=\"Representations/rep1\"", "USE=\"Data\""));
        yield return Case("CSIP61", Sub("USE=\"Schemas\"", "USE=\"Schemas\" ADMID=\"no\""));
        yield return Case("CSIP62", Sub("USE=\"Representations/rep1\" csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "USE=\"Representations/rep1\""));
        yield return Case("CSIP63", Sub("USE=\"Schemas\"", "USE=\"Schemas\" csip:CONTENTINFORMATIONTYPE=\"OTHER\""));
        yield return Case("CSIP64", Cut(" USE=\"Schemas\""));
        yield return Case("CSIP65", Cut("(<mets:fileGrp) ID=\"[^\"]*\"", "$1"));
        yield return Case("CSIP66", Cut("(<mets:fileGrp ID=\"[^\"]*\" USE=\"Schemas\">).*?</mets:fileGrp>", "$1</mets:fileGrp>"));
        yield return Case("CSIP67", Cut("(<mets:file) ID=\"[^\"]*\"", "$1", Rep));
        foreach (var (id, attribute) in new[] { (68, "MIMETYPE"), (69, "SIZE"), (70, "CREATED"), (71, "CHECKSUM"), (72, "CHECKSUMTYPE") })
            yield return Case($"CSIP{id}", Cut($"(<mets:file [^>]*?) {attribute}=\"[^\"]*\"", "$1", Rep));
        yield return Case("CSIP69", t => t.With("representations/rep1/data/a.txt", "xx"), name: "CSIP69 wrong");
        yield return Case("CSIP71", t => t.With("representations/rep1/data/a.txt", "y"), name: "CSIP71 wrong");
        yield return Case("CSIP74", Cut("<mets:file ", "<mets:file ADMID=\"no\" ", Rep));
        yield return Case("CSIP75", Cut("<mets:file ", "<mets:file DMDID=\"no\" ", Rep));
        yield return Case("CSIP76", Cut("<mets:FLocat[^>]*>", "", Rep));
        yield return Case("CSIP77", Cut("(<mets:FLocat) LOCTYPE=\"URL\"", "$1", Rep));
        yield return Case("CSIP78", Cut("(<mets:FLocat[^>]*) xlink:type=\"simple\"", "$1", Rep));
        yield return Case("CSIP79", t => t.Files.Remove("representations/rep1/data/a.txt"));
        yield return Case("CSIP80", Cut("<mets:structMap.*</mets:structMap>"));
        yield return Case("CSIP81", Sub("TYPE=\"PHYSICAL\"", "TYPE=\"LOGICAL\""));
        yield return Case("CSIP82", Sub("LABEL=\"CSIP\"", "LABEL=\"X\""));
        yield return Case("CSIP83", Cut("<mets:structMap ID=\"[^\"]*\"", "<mets:structMap"));
        yield return Case("CSIP84", Cut("(<mets:structMap[^>]*>).*</mets:structMap>", "$1</mets:structMap>"));
        yield return Case("CSIP85", Cut("<mets:div ID=\"[^\"]*\"", "<mets:div"));
        yield return Case("CSIP88", Sub("LABEL=\"Metadata\"", "LABEL=\"Meta\""));
        yield return Case("CSIP90", Sub("LABEL=\"Metadata\"", "LABEL=\"Meta\""));
        yield return Case("CSIP89", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Metadata\"", "<mets:div LABEL=\"Metadata\""));
        yield return Case("CSIP91", Cut("(LABEL=\"Metadata\"[^>]*) ADMID=\"[^\"]*\"", "$1"));
        yield return Case("CSIP92", Cut("(LABEL=\"Metadata\"[^>]*) DMDID=\"[^\"]*\"", "$1"));
        yield return Case("CSIP97", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Schemas\">.*?</mets:div>"));
        yield return Case("CSIP98", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Schemas\"", "<mets:div LABEL=\"Schemas\""));
        yield return Case("CSIP99", Sub("LABEL=\"Schemas\"", "LABEL=\"Schémas\""));
        yield return Case("CSIP100", Cut("(LABEL=\"Schemas\">)\\s*<mets:fptr[^>]*>", "$1"));
        yield return Case("CSIP118", Cut("(LABEL=\"Schemas\">\\s*<mets:fptr) FILEID=\"[^\"]*\"", "$1"));
        yield return Case("CSIP93", Sub("USE=\"Schemas\"", "USE=\"Documentation\""));
        yield return Case("CSIP95", Sub("USE=\"Schemas\"", "USE=\"Documentation\""));
        yield return Case("CSIP96", Sub("USE=\"Schemas\"", "USE=\"Documentation\""));
        yield return Case("CSIP94", Sub("LABEL=\"CSIP\">", "LABEL=\"CSIP\">").Then(Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Schemas\"", "<mets:div LABEL=\"Documentation\"")));
        yield return Case("CSIP116", Cut("<mets:div ID=\"([^\"]*)\" LABEL=\"Schemas\"", "<mets:div ID=\"$1\" LABEL=\"Documentation\""));
        yield return Case("CSIP101", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Representations/rep1\">.*?</mets:div>"));
        yield return Case("CSIP104", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Representations/rep1\">.*?</mets:div>"));
        yield return Case("CSIP105", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Representations/rep1\">.*?</mets:div>"));
        yield return Case("CSIP102", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Submission\"", "<mets:div LABEL=\"Representations\""));
        yield return Case("CSIP119", Cut("<mets:div ID=\"([^\"]*)\" LABEL=\"Submission\"", "<mets:div ID=\"$1\" LABEL=\"Representations\""));
        yield return Case("CSIP103", Cut("(<mets:fileGrp ID=\"[^\"]*\" USE=\")Submission", "$1Representations/x"));
        yield return Case("CSIP106", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Submission\"", "<mets:div LABEL=\"Submission\""));
        yield return Case("CSIP107", Sub("LABEL=\"Representations/rep1\"", "LABEL=\"Representations/rep9\""));
        yield return Case("CSIP108", Cut(" xlink:title=\"[^\"]*\""));
        yield return Case("CSIP109", Cut("<mets:mptr[^>]*>"));
        yield return Case("CSIP110", Cut("(<mets:mptr[^>]*xlink:href=\")[^\"]*", "$1nowhere"));
        yield return Case("CSIP111", Cut("(<mets:mptr[^>]*) xlink:type=\"simple\"", "$1"));
        yield return Case("CSIP112", Cut("(<mets:mptr) LOCTYPE=\"URL\"", "$1"));
        yield return Case("CSIPSTR1", t => t.RootName = "");
        yield return Case("CSIPSTR2", t => t.RootName = "x");
        yield return Case("CSIPSTR4", t => t.Files.Remove(Root));
        yield return Case("CSIPSTR5", t => Remove(t, "metadata/"));
        yield return Case("CSIPSTR9", t => Remove(t, "representations/"));
        yield return Case("CSIPSTR10", t => t.With("representations/loose.txt", "x"));
        yield return Case("CSIPSTR11", t => Remove(t, "representations/rep1/data/"));
        yield return Case("CSIPSTR12", t => t.Files.Remove(Rep));
        yield return Case("CSIPSTR13", t => Remove(t, "representations/rep1/metadata/"));
        yield return Case("CSIPSTR15", t => Remove(t, "schemas/"));
        yield return Case("CSIPSTR16", _ => { });
        yield return Case("SIP2", Sub("E-ARK-SIP-v2-2-0", "E-ARK-XIP"), isSip: true);
        yield return Case("SIP3", Sub("RECORDSTATUS=\"NEW\"", "RECORDSTATUS=\"OLD\""), isSip: true);
        yield return Case("SIP4", Sub("OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"AIP\""), isSip: true);
        yield return Case("SIP11", Sub("ROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"", "ROLE=\"ARCHIVIST\" TYPE=\"OTHER\""), isSip: true);
        yield return Case("SIP12", Cut("(ROLE=\"ARCHIVIST\"[^>]*>)\\s*<mets:name>.*?</mets:name>", "$1"), isSip: true);
        yield return Case("SIP14", Sub("IDENTIFICATIONCODE", "CODE"), isSip: true);
        yield return Case("SIP15", Sub("ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\"", "ROLE=\"EDITOR\" TYPE=\"ORGANIZATION\""), isSip: true);
        yield return Case("SIP17", Sub("ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\"", "ROLE=\"CREATOR\" TYPE=\"OTHER\""), isSip: true);
        yield return Case("SIP18", Cut("(ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\">)\\s*<mets:name>.*?</mets:name>", "$1"), isSip: true);
        yield return Case("SIP20", Sub("IDENTIFICATIONCODE", "CODE"), isSip: true);
        yield return Case("SIP28", Sub("ROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"", "ROLE=\"PRESERVATION\" TYPE=\"INDIVIDUAL\""), isSip: true);
        yield return Case("SIP29", Cut("ROLE=\"ARCHIVIST\"([^>]*>)\\s*<mets:name>.*?</mets:name>", "ROLE=\"PRESERVATION\"$1"), isSip: true);
        yield return Case("SIP31", t => t.Replace(Root, "ROLE=\"ARCHIVIST\"", "ROLE=\"PRESERVATION\"").Replace(Root, "IDENTIFICATIONCODE", "CODE"), isSip: true);
        var dip = Sub("OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"DIP\"");
        yield return Case("DIP1", dip.Then(Cut(" OBJID=\"[^\"]*\"")), isSip: true);
        yield return Case("DIP2", dip, isSip: true);
        yield return Case("DIP3", Sub(Preservation.Packages.Mets.MetsNames.SipProfile, "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml"), isSip: true);
        yield return Case("DIP4", dip.Then(Sub("STATUS=\"CURRENT\"", "STATUS=\"SUPERSEDED\"")), isSip: true);
    }

    [TestCaseSource(nameof(Cases))]
    public async Task A_fault_is_found(string code, Action<MemoryTree> change, bool isSip)
    {
        var tree = isSip ? await SipAsync() : await AipAsync();
        change(tree);
        var report = await EarkValidator.CheckAsync(tree, Limits.Default, default);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain(code));
    }

    [Test]
    public async Task A_sound_AIP_breaks_none_of_them_but_the_optional_folder() =>
        Assert.That((await EarkValidator.CheckAsync(await AipAsync(), Limits.Default, default)).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "CSIPSTR16" }));

    [Test]
    public void Every_rule_has_a_failing_case_save_those_on_rights()
    {
        var rights = Enumerable.Range(46, 12).Select(n => $"CSIP{n}");
        Assert.That(EarkRules.All.Select(r => r.Code).Except(Cases().Select(c => (string)c.Arguments[0]!)).Except(rights), Is.Empty);
    }

    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-1-0.xml", "2.1.0", Severity.Error, Severity.Info)]
    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-0-4.xml", "2.0.4", Severity.Error, Severity.Info)]
    [TestCase("https://earksip.dilcis.eu/profile/E-ARK-SIP.xml", "2.2.0", Severity.Warning, Severity.Error)]
    public void Levels_follow_the_version_of_the_profile(string profile, string version, Severity csip100, Severity sip12)
    {
        Assert.Multiple(() =>
        {
            Assert.That(EarkRules.VersionOf(profile), Is.EqualTo(version));
            Assert.That((EarkRules.Get("CSIP100", version).Severity, EarkRules.Get("SIP12", version).Severity), Is.EqualTo((csip100, sip12)));
        });
    }

    private static void Remove(MemoryTree tree, string prefix)
    {
        foreach (var path in tree.Files.Keys.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).ToList()) tree.Files.Remove(path);
    }
}

internal static class MutationExtensions
{
    public static Action<MemoryTree> Then(this Action<MemoryTree> first, Action<MemoryTree> second) => t =>
    {
        first(t);
        second(t);
    };
}
