using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>CSIP58–CSIP79, CSIP113, CSIP114: the file section.</summary>
internal static class CsipFileMutants
{
    private const string Data = "representations/rep1/data/a.txt";
    private const string Rep = EarkSamples.Rep;

    private static EarkMutant Sip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Sip, change);

    private static EarkMutant Without(int rule, string attribute) =>
        Sip($"CSIP{rule}", "no " + attribute, Cut($"(<mets:file [^>]*?) {attribute}=\"[^\"]*\"", "$1", Rep));

    public static IEnumerable<EarkMutant> All =>
    [
        Sip("CSIP58", "no fileSec", Cut("<mets:fileSec.*</mets:fileSec>")),
        Sip("CSIP58", "a file that nothing lists", t => t.With("documentation/other.txt", "x")),
        Sip("CSIP59", "no ID", Cut("<mets:fileSec ID=\"[^\"]*\"", "<mets:fileSec")),
        Sip("CSIP60", "documentation without a group", Sub("USE=\"Documentation\"", "USE=\"metadata\"")),
        Sip("CSIP113", "schemas without a group", Sub("USE=\"Schemas\"", "USE=\"metadata\"")),
        Sip("CSIP114", "representations without a group", Sub("USE=\"Representations/rep1\"", "USE=\"metadata\"")),
        Sip("CSIP61", "ADMID of nothing", Sub("USE=\"Schemas\"", "USE=\"Schemas\" ADMID=\"no\"")),
        Sip("CSIP62", "no type for a representation", Sub("USE=\"Representations/rep1\" csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "USE=\"Representations/rep1\"")),
        Sip("CSIP62", "type of no vocabulary", Sub("USE=\"Schemas\"", "USE=\"Schemas\" csip:CONTENTINFORMATIONTYPE=\"soup\"")),
        Sip("CSIP63", "OTHER without a name", Sub("USE=\"Schemas\"", "USE=\"Schemas\" csip:CONTENTINFORMATIONTYPE=\"OTHER\"")),
        Sip("CSIP63", "OTHER with a name of the vocabulary", Sub("USE=\"Schemas\"", "USE=\"Schemas\" csip:CONTENTINFORMATIONTYPE=\"OTHER\" csip:OTHERCONTENTINFORMATIONTYPE=\"ERMS\"")),
        Sip("CSIP63", "a name beside no OTHER", Sub("USE=\"Schemas\"", "USE=\"Schemas\" csip:OTHERCONTENTINFORMATIONTYPE=\"x\"")),
        Sip("CSIP64", "no USE", Cut(" USE=\"Schemas\"")),
        Sip("CSIP64", "USE of no folder", Sub("USE=\"Schemas\"", "USE=\"Plans\"")),
        Sip("CSIP65", "no ID", Cut("(<mets:fileGrp) ID=\"[^\"]*\"", "$1")),
        Sip("CSIP65", "the ID of another element", Sub("ID=\"id-documentation\"", "ID=\"id-premis\"")),
        Sip("CSIP66", "no file", Cut("(<mets:fileGrp ID=\"[^\"]*\" USE=\"Schemas\">).*?</mets:fileGrp>", "$1</mets:fileGrp>")),
        Sip("CSIP67", "no ID", Cut("(<mets:file) ID=\"[^\"]*\"", "$1", Rep)),
        Without(68, "MIMETYPE"), Without(69, "SIZE"), Without(70, "CREATED"), Without(71, "CHECKSUM"), Without(72, "CHECKSUMTYPE"),
        Sip("CSIP68", "no media type", Cut("(<mets:file [^>]*?) MIMETYPE=\"[^\"]*\"", "$1 MIMETYPE=\"soup\"", Rep)),
        Sip("CSIP69", "the file has another length", t => t.With(Data, "xx")),
        Sip("CSIP71", "the file has another content", t => t.With(Data, "y")),
        Sip("CSIP72", "algorithm of no list", Cut("(<mets:file [^>]*?) CHECKSUMTYPE=\"[^\"]*\"", "$1 CHECKSUMTYPE=\"SUM\"", Rep)),
        Sip("CSIP73", "blank OWNERID", Cut("<mets:file ", "<mets:file OWNERID=\"\" ", Rep)),
        Sip("CSIP74", "ADMID of nothing", Cut("<mets:file ", "<mets:file ADMID=\"no\" ", Rep)),
        Sip("CSIP75", "DMDID of nothing", Cut("<mets:file ", "<mets:file DMDID=\"no\" ", Rep)),
        Sip("CSIP76", "no FLocat", Cut("<mets:FLocat[^>]*>", "", Rep)),
        Sip("CSIP76", "two FLocat", Cut("(<mets:FLocat[^>]*>)", "$1$1", Rep)),
        Sip("CSIP77", "no LOCTYPE", Cut("(<mets:FLocat) LOCTYPE=\"URL\"", "$1", Rep)),
        Sip("CSIP77", "LOCTYPE=OTHER", Cut("(<mets:FLocat) LOCTYPE=\"URL\"", "$1 LOCTYPE=\"OTHER\"", Rep)),
        Sip("CSIP78", "no xlink:type", Cut("(<mets:FLocat[^>]*) xlink:type=\"simple\"", "$1", Rep)),
        Sip("CSIP79", "no xlink:href", Cut("(<mets:FLocat[^>]*) xlink:href=\"[^\"]*\"", "$1", Rep)),
        Sip("CSIP79", "a file that is not there", t => t.Files.Remove(Data)),
    ];
}
