using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>CSIP1–CSIP57: root element, header, metadata sections.</summary>
internal static class CsipMutants
{
    private static readonly string[] Attributes = ["LOCTYPE", "xlink:type", "xlink:href", "MDTYPE", "MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE"];

    public static IEnumerable<EarkMutant> All => [.. Root(), .. Header(), .. Metadata(), .. Promises()];

    private static EarkMutant Sip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Sip, change);

    private static IEnumerable<EarkMutant> Root() =>
    [
        Sip("CSIP1", "no OBJID", Cut(" OBJID=\"[^\"]*\"")),
        Sip("CSIP1", "blank OBJID", Cut(" OBJID=\"[^\"]*\"", " OBJID=\" \"")),
        Sip("CSIP2", "no TYPE", Cut(" TYPE=\"Mixed\"")),
        Sip("CSIP2", "TYPE of no vocabulary", Sub("TYPE=\"Mixed\"", "TYPE=\"Soup\"")),
        Sip("CSIP2", "TYPE=OTHER without OTHERTYPE", Sub("TYPE=\"Mixed\"", "TYPE=\"OTHER\"")),
        Sip("CSIP3", "TYPE=OTHER without OTHERTYPE", Sub("TYPE=\"Mixed\"", "TYPE=\"OTHER\"")),
        Sip("CSIP3", "OTHERTYPE of the vocabulary", Sub("TYPE=\"Mixed\"", "TYPE=\"OTHER\" csip:OTHERTYPE=\"Datasets\"")),
        Sip("CSIP3", "OTHERTYPE beside another TYPE", Sub("TYPE=\"Mixed\"", "TYPE=\"Mixed\" csip:OTHERTYPE=\"Soup\"")),
        Sip("CSIP4", "no CONTENTINFORMATIONTYPE", Cut(" csip:CONTENTINFORMATIONTYPE=\"MIXED\"")),
        Sip("CSIP4", "CONTENTINFORMATIONTYPE of no vocabulary", Cut("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"soup\"")),
        Sip("CSIP4", "none in the representation", Cut(" csip:CONTENTINFORMATIONTYPE=\"MIXED\"", path: EarkSamples.Rep)),
        Sip("CSIP4", "OTHER with a blank name", Cut("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"OTHER\" csip:OTHERCONTENTINFORMATIONTYPE=\"\"")),
        Sip("CSIP5", "OTHER without a name", Cut("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"OTHER\"")),
        Sip("CSIP5", "OTHER with a name of the vocabulary", Cut("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"OTHER\" csip:OTHERCONTENTINFORMATIONTYPE=\"ERMS\"")),
        Sip("CSIP5", "a name beside another type", Cut("csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "csip:CONTENTINFORMATIONTYPE=\"MIXED\" csip:OTHERCONTENTINFORMATIONTYPE=\"Soup\"")),
        Sip("CSIP6", "no PROFILE", Cut(" PROFILE=\"[^\"]*\"")),
        Sip("CSIP6", "PROFILE that is no address", Cut(" PROFILE=\"[^\"]*\"", " PROFILE=\"SIP\"")),
    ];

    private static IEnumerable<EarkMutant> Header() =>
    [
        Sip("CSIP117", "no metsHdr", Cut("<mets:metsHdr.*?</mets:metsHdr>")),
        Sip("CSIP7", "no CREATEDATE", Cut(" CREATEDATE=\"[^\"]*\"")),
        Sip("CSIP7", "CREATEDATE without a time", Cut(" CREATEDATE=\"[^\"]*\"", " CREATEDATE=\"2026-05-04\"")),
        Sip("CSIP8", "no LASTMODDATE", Cut(" LASTMODDATE=\"[^\"]*\"")),
        Sip("CSIP9", "package type of no vocabulary", Sub("OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"ZIP\"")),
        Sip("CSIP10", "no agent", Cut("<mets:agent.*</mets:agent>")),
        Sip("CSIP11", "no CREATOR", Sub("ROLE=\"CREATOR\"", "ROLE=\"EDITOR\"")),
        Sip("CSIP12", "software of another TYPE", Sub("TYPE=\"OTHER\" OTHERTYPE=\"SOFTWARE\"", "TYPE=\"INDIVIDUAL\" OTHERTYPE=\"SOFTWARE\"")),
        Sip("CSIP13", "no OTHERTYPE", Cut(" OTHERTYPE=\"SOFTWARE\"")),
        Sip("CSIP13", "another OTHERTYPE", Sub("OTHERTYPE=\"SOFTWARE\"", "OTHERTYPE=\"HARDWARE\"")),
        Sip("CSIP14", "software without a name", Cut("(OTHERTYPE=\"SOFTWARE\">\\s*)<mets:name>.*?</mets:name>", "$1")),
        Sip("CSIP14", "software with a blank name", Cut("(OTHERTYPE=\"SOFTWARE\">\\s*)<mets:name>.*?</mets:name>", "$1<mets:name></mets:name>")),
        Sip("CSIP15", "software without a note", Cut("<mets:note csip:NOTETYPE=\"SOFTWARE VERSION\">.*?</mets:note>")),
        Sip("CSIP15", "software with a blank note", Cut("(<mets:note csip:NOTETYPE=\"SOFTWARE VERSION\">).*?</mets:note>", "$1</mets:note>")),
        Sip("CSIP15", "software with two notes", Cut("(<mets:note csip:NOTETYPE=\"SOFTWARE VERSION\">.*?</mets:note>)", "$1$1")),
        Sip("CSIP16", "note of another type", Sub("SOFTWARE VERSION", "VERSION")),
        Sip("CSIP16", "note of no type", Cut(" csip:NOTETYPE=\"SOFTWARE VERSION\"")),
    ];

    private static IEnumerable<EarkMutant> Metadata()
    {
        yield return Sip("CSIP17", "descriptive files without dmdSec", Cut("<mets:dmdSec.*?</mets:dmdSec>"));
        yield return Sip("CSIP19", "no CREATED", Cut("(<mets:dmdSec [^>]*)CREATED=\"[^\"]*\"", "$1"));
        foreach (var (element, ids) in new[] { ("dmdSec", new[] { 18, 20, 21, 22 }), ("digiprovMD", [33, 34, 35, 36]), ("rightsMD", [46, 47, 48, 49]) })
        {
            yield return Sip($"CSIP{ids[0]}", "no ID", Cut($"<mets:{element} ID=\"[^\"]*\"", $"<mets:{element}"));
            yield return Sip($"CSIP{ids[1]}", "no STATUS", Cut($"(<mets:{element} [^>]*)STATUS=\"[^\"]*\"", "$1"));
            yield return Sip($"CSIP{ids[1]}", "STATUS of no vocabulary", Cut($"(<mets:{element} [^>]*)STATUS=\"[^\"]*\"", "$1STATUS=\"OLD\""));
            yield return Sip($"CSIP{ids[2]}", "no mdRef", Cut($"(<mets:{element} [^>]*>)\\s*<mets:mdRef[^>]*>", "$1"));
            for (var i = 0; i < Attributes.Length; i++)
            {
                var start = $"(<mets:{element} [^>]*>\\s*<mets:mdRef[^>]*?) {Attributes[i]}=\"[^\"]*\"";
                yield return Sip($"CSIP{ids[3] + i}", "no " + Attributes[i], Cut(start, "$1"));
                yield return Sip($"CSIP{ids[3] + i}", "wrong " + Attributes[i], Cut(start, $"$1 {Attributes[i]}=\"{Wrong(i)}\""));
            }
        }
        yield return Sip("CSIP33", "the ID of another section", Sub("ID=\"id-premis\"", "ID=\"id-rightsMD\""));
        yield return Sip("CSIP31", "preservation files without amdSec", Cut("<mets:amdSec.*</mets:amdSec>"));
        yield return Sip("CSIP32", "a preservation file without digiprovMD", t => t.With("metadata/preservation/more.xml", "<x/>"));
        yield return Sip("CSIP45", "no rightsMD", Cut("<mets:rightsMD.*</mets:rightsMD>"));
        yield return Sip("CSIP26", "of more than 256 characters", Cut("(<mets:dmdSec [^>]*>\\s*<mets:mdRef[^>]*?) MIMETYPE=\"[^\"]*\"", $"$1 MIMETYPE=\"text/{new string('x', 300)}xml\""));
    }

    private static string Wrong(int attribute) => Attributes[attribute] switch
    {
        "SIZE" => "1",
        "CREATED" => "yesterday",
        "CHECKSUM" => new string('0', 64),
        "MIMETYPE" => "xml",
        _ => "wrong",
    };

    private static IEnumerable<EarkMutant> Promises() =>
    [
        Sip("CSIP29", "the file has another content", t => t.With("metadata/descriptive/dc.xml", t.Text("metadata/descriptive/dc.xml").Replace("<dc:title>T", "<dc:title>U", StringComparison.Ordinal))),
        Sip("CSIP41", "the file has another length", t => t.With("metadata/preservation/agents.xml", t.Text("metadata/preservation/agents.xml") + "\n")),
        Sip("CSIP56", "the file has another content", t => t.With("metadata/preservation/rights.xml", "<rightt/>")),
    ];
}
