using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>CSIP80–CSIP112, CSIP116, CSIP118, CSIP119: the structural map.</summary>
internal static class CsipStructMapMutants
{
    private const string RepDiv = "<mets:div ID=\"[^\"]*\" LABEL=\"Representations/rep1\">.*?</mets:div>";

    // A package whose content is listed in its own METS: the representation's division names the group instead of a METS document.
    private static readonly Action<MemoryTree> Compound = Cut(RepDiv, "<mets:div ID=\"id-content\" LABEL=\"Representations\"><mets:fptr FILEID=\"id-rep\"/></mets:div>")
        .Then(Cut("<mets:fileGrp ID=\"[^\"]*\" USE=\"Representations/rep1\"", "<mets:fileGrp ID=\"id-rep\" USE=\"Representations/rep1\""));

    public static IEnumerable<EarkMutant> All => [.. Map(), .. Divisions("Documentation", 93, 94, 95, 96, 116), .. Divisions("Schemas", 97, 98, 99, 100, 118), .. Content(), .. Pointers()];

    private static EarkMutant Sip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Sip, change);

    private static IEnumerable<EarkMutant> Map() =>
    [
        Sip("CSIP80", "no structMap", Cut("<mets:structMap.*</mets:structMap>")),
        Sip("CSIP80", "two structMaps for CSIP", Cut("(<mets:structMap.*</mets:structMap>)", "$1$1")),
        Sip("CSIP81", "TYPE=LOGICAL", Sub("TYPE=\"PHYSICAL\"", "TYPE=\"LOGICAL\"")),
        Sip("CSIP81", "no TYPE", Sub(" TYPE=\"PHYSICAL\"", "")),
        Sip("CSIP82", "no LABEL=CSIP", Sub("LABEL=\"CSIP\"", "LABEL=\"X\"")),
        Sip("CSIP83", "no ID", Cut("<mets:structMap ID=\"[^\"]*\"", "<mets:structMap")),
        Sip("CSIP84", "no division", Cut("(<mets:structMap[^>]*>).*</mets:structMap>", "$1</mets:structMap>")),
        Sip("CSIP85", "no ID", Cut("<mets:div ID=\"[^\"]*\"", "<mets:div")),
        Sip("CSIP86", "another label, edition not told", Cut("(<mets:structMap[^>]*>\\s*<mets:div ID=\"[^\"]*\") LABEL=\"[^\"]*\"", "$1 LABEL=\"x\"").Then(Sub("E-ARK-SIP-v2-2-0", "E-ARK-SIP"))),
        Sip("CSIP86", "another label in 2.0.4", Cut("(<mets:structMap[^>]*>\\s*<mets:div ID=\"[^\"]*\") LABEL=\"[^\"]*\"", "$1").Then(Sub("E-ARK-SIP-v2-2-0", "E-ARK-SIP-v2-0-4"))),
        Sip("CSIP88", "none for metadata", Sub("LABEL=\"Metadata\"", "LABEL=\"Meta\"")),
        Sip("CSIP88", "two for metadata", Sub("LABEL=\"Schemas\"", "LABEL=\"Metadata\"")),
        Sip("CSIP89", "no ID", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Metadata\"", "<mets:div LABEL=\"Metadata\"")),
        Sip("CSIP90", "another label", Sub("LABEL=\"Metadata\"", "LABEL=\"Meta\"")),
        Sip("CSIP91", "no ADMID", Cut("(LABEL=\"Metadata\"[^>]*) ADMID=\"[^\"]*\"", "$1")),
        Sip("CSIP91", "an ADMID too many", Cut("(LABEL=\"Metadata\"[^>]*) ADMID=\"", "$1 ADMID=\"no ")),
        Sip("CSIP92", "no DMDID", Cut("(LABEL=\"Metadata\"[^>]*) DMDID=\"[^\"]*\"", "$1")),
    ];

    private static IEnumerable<EarkMutant> Divisions(string label, int div, int id, int name, int references, int pointer) =>
    [
        Sip($"CSIP{div}", "none for the group", Cut($"<mets:div ID=\"[^\"]*\" LABEL=\"{label}\">.*?</mets:div>")),
        Sip($"CSIP{div}", "two of them", Cut($"(<mets:div ID=\"[^\"]*\" LABEL=\"{label}\">.*?</mets:div>)", "$1$1")),
        Sip($"CSIP{id}", "no ID", Cut($"<mets:div ID=\"[^\"]*\" LABEL=\"{label}\"", $"<mets:div LABEL=\"{label}\"")),
        Sip($"CSIP{name}", "another label", Sub($"LABEL=\"{label}\"", "LABEL=\"X\"")),
        Sip($"CSIP{references}", "no fptr", Cut($"(LABEL=\"{label}\">)\\s*<mets:fptr[^>]*>", "$1")),
        Sip($"CSIP{pointer}", "no FILEID", Cut($"(LABEL=\"{label}\">\\s*<mets:fptr) FILEID=\"[^\"]*\"", "$1")),
        Sip($"CSIP{pointer}", "FILEID of another group", Cut($"(LABEL=\"{label}\">\\s*<mets:fptr) FILEID=\"[^\"]*\"", "$1 FILEID=\"id-premis\"")),
    ];

    private static IEnumerable<EarkMutant> Content() =>
    [
        Sip("CSIP101", "none for the group", Cut(RepDiv)),
        Sip("CSIP102", "no ID", Compound.Then(Sub("<mets:div ID=\"id-content\"", "<mets:div"))),
        Sip("CSIP103", "another label", Compound.Then(Sub("ID=\"id-content\" LABEL=\"Representations\"", "ID=\"id-content\" LABEL=\"Content\""))),
        Sip("CSIP104", "no fptr", Compound.Then(Sub("<mets:fptr FILEID=\"id-rep\"/>", ""))),
        Sip("CSIP119", "no FILEID", Compound.Then(Sub("<mets:fptr FILEID=\"id-rep\"/>", "<mets:fptr/>"))),
        Sip("CSIP119", "FILEID of another group", Compound.Then(Sub("<mets:fptr FILEID=\"id-rep\"/>", "<mets:fptr FILEID=\"id-documentation\"/>"))),
    ];

    private static IEnumerable<EarkMutant> Pointers() =>
    [
        Sip("CSIP105", "none for a representation with METS", Cut(RepDiv)),
        Sip("CSIP106", "no ID", Cut("<mets:div ID=\"[^\"]*\" LABEL=\"Representations/rep1\"", "<mets:div LABEL=\"Representations/rep1\"")),
        Sip("CSIP107", "label of another folder", Sub("LABEL=\"Representations/rep1\"", "LABEL=\"Representations/rep9\"")),
        Sip("CSIP108", "no xlink:title", Cut(" xlink:title=\"[^\"]*\"")),
        Sip("CSIP108", "xlink:title of no group", Cut(" xlink:title=\"[^\"]*\"", " xlink:title=\"rep1\"")),
        Sip("CSIP109", "no mptr", Cut("<mets:mptr[^>]*>")),
        Sip("CSIP109", "two mptr", Cut("(<mets:mptr[^>]*>)", "$1$1")),
        Sip("CSIP110", "leads nowhere", Cut("(<mets:mptr[^>]*xlink:href=\")[^\"]*", "$1nowhere")),
        Sip("CSIP110", "leads elsewhere than the label", Cut("(<mets:mptr[^>]*xlink:href=\")[^\"]*", "$1METS.xml")),
        Sip("CSIP111", "no xlink:type", Cut("(<mets:mptr[^>]*) xlink:type=\"simple\"", "$1")),
        Sip("CSIP112", "no LOCTYPE", Cut("(<mets:mptr) LOCTYPE=\"URL\"", "$1")),
    ];
}
