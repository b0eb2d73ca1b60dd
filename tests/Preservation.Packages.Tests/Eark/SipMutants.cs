using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>SIP1–SIP35.</summary>
internal static class SipMutants
{
    private const string Archivist = "ROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"";
    private const string Submitter = "ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\"";
    private const string Contact = "ROLE=\"CREATOR\" TYPE=\"INDIVIDUAL\"";
    private const string Preserver = "ROLE=\"PRESERVATION\" TYPE=\"ORGANIZATION\"";

    public static IEnumerable<EarkMutant> All => [.. Root(), .. Agents(), .. Formats()];

    private static EarkMutant Sip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Sip, change);

    private static Action<MemoryTree> NoAgent(string agent) => Cut($"<mets:agent {agent}>.*?</mets:agent>");

    private static Action<MemoryTree> NoName(string agent) => Cut($"({agent}>\\s*)<mets:name>.*?</mets:name>", "$1");

    private static Action<MemoryTree> NoNote(string agent) => Cut($"({agent}>\\s*<mets:name>[^<]*</mets:name>\\s*)<mets:note.*?</mets:note>", "$1");

    private static Action<MemoryTree> OtherNote(string agent) => Cut($"({agent}>\\s*<mets:name>[^<]*</mets:name>\\s*<mets:note csip:NOTETYPE=\")IDENTIFICATIONCODE", "$1CODE");

    private static Action<MemoryTree> Record(string type, string value) => Cut($"<mets:altRecordID TYPE=\"{type}\">.*?</mets:altRecordID>", value);

    private static IEnumerable<EarkMutant> Root() =>
    [
        Sip("SIP1", "no LABEL", Cut(" LABEL=\"T\"")),
        Sip("SIP1", "blank LABEL", Cut(" LABEL=\"T\"", " LABEL=\"\"")),
        Sip("SIP2", "PROFILE of something else", Sub("E-ARK-SIP-v2-2-0", "E-ARK-XIP")),
        Sip("SIP3", "no RECORDSTATUS", Cut(" RECORDSTATUS=\"NEW\"")),
        Sip("SIP3", "RECORDSTATUS of no vocabulary", Sub("RECORDSTATUS=\"NEW\"", "RECORDSTATUS=\"OLD\"")),
        Sip("SIP4", "package type of an AIP", Sub("OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"AIP\"")),
        Sip("SIP5", "no agreement", Record("SUBMISSIONAGREEMENT", "")),
        Sip("SIP5", "a blank agreement", Record("SUBMISSIONAGREEMENT", "<mets:altRecordID TYPE=\"SUBMISSIONAGREEMENT\"/>")),
        Sip("SIP5", "two agreements", Sub("PREVIOUSSUBMISSIONAGREEMENT", "SUBMISSIONAGREEMENT")),
        Sip("SIP6", "no previous agreement", Record("PREVIOUSSUBMISSIONAGREEMENT", "")),
        Sip("SIP6", "a blank one", Record("PREVIOUSSUBMISSIONAGREEMENT", "<mets:altRecordID TYPE=\"PREVIOUSSUBMISSIONAGREEMENT\"/>")),
        Sip("SIP7", "no reference code", Record("REFERENCECODE", "")),
        Sip("SIP7", "two reference codes", Sub("PREVIOUSREFERENCECODE", "REFERENCECODE")),
        Sip("SIP8", "no previous reference code", Record("PREVIOUSREFERENCECODE", "")),
        Sip("SIP8", "a blank one", Record("PREVIOUSREFERENCECODE", "<mets:altRecordID TYPE=\"PREVIOUSREFERENCECODE\"> </mets:altRecordID>")),
    ];

    private static IEnumerable<EarkMutant> Agents() =>
    [
        Sip("SIP9", "no archival creator", NoAgent(Archivist)),
        Sip("SIP10", "role in small letters", Sub(Archivist, "ROLE=\"archivist\" TYPE=\"ORGANIZATION\"")),
        Sip("SIP10", "role as another role", Sub(Archivist, "ROLE=\"OTHER\" OTHERROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"")),
        Sip("SIP11", "TYPE=OTHER", Sub(Archivist, "ROLE=\"ARCHIVIST\" TYPE=\"OTHER\"")),
        Sip("SIP12", "no name", NoName(Archivist)),
        Sip("SIP13", "no note", NoNote(Archivist)),
        Sip("SIP14", "note of another type", OtherNote(Archivist)),
        Sip("SIP15", "no submitting agent", NoAgent(Submitter).Then(NoAgent(Contact))),
        Sip("SIP16", "no role", Sub(Submitter, "TYPE=\"ORGANIZATION\"")),
        Sip("SIP16", "role of no list", Sub(Submitter, "ROLE=\"SUBMITTER\" TYPE=\"ORGANIZATION\"")),
        Sip("SIP17", "TYPE=OTHER", Sub(Submitter, "ROLE=\"CREATOR\" TYPE=\"OTHER\"")),
        Sip("SIP18", "no name", NoName(Submitter)),
        Sip("SIP19", "no note", NoNote(Submitter)),
        Sip("SIP20", "note of another type", OtherNote(Submitter)),
        Sip("SIP21", "no contact person", NoAgent(Contact)),
        Sip("SIP22", "role as another role", Sub(Contact, "ROLE=\"OTHER\" OTHERROLE=\"CONTACT\" TYPE=\"INDIVIDUAL\"")),
        Sip("SIP23", "TYPE=OTHER", Sub(Contact, "ROLE=\"CREATOR\" TYPE=\"OTHER\"")),
        Sip("SIP24", "no name", NoName(Contact)),
        Sip("SIP25", "no note", NoNote(Contact)),
        Sip("SIP26", "no preserving agent", NoAgent(Preserver)),
        Sip("SIP27", "role in small letters", Sub(Preserver, "ROLE=\"preservation\" TYPE=\"ORGANIZATION\"")),
        Sip("SIP28", "TYPE=INDIVIDUAL", Sub(Preserver, "ROLE=\"PRESERVATION\" TYPE=\"INDIVIDUAL\"")),
        Sip("SIP29", "no name", NoName(Preserver)),
        Sip("SIP30", "no note", NoNote(Preserver)),
        Sip("SIP31", "note of another type", OtherNote(Preserver)),
    ];

    private static IEnumerable<EarkMutant> Formats()
    {
        foreach (var (rule, name) in new[] { ("SIP32", "FILEFORMATNAME"), ("SIP33", "FILEFORMATVERSION"), ("SIP34", "F[A-Z]*REGISTRY"), ("SIP35", "F[A-Z]*KEY") })
        {
            var none = new System.Text.RegularExpressions.Regex($" sip:{name}=\"[^\"]*\"");
            yield return Sip(rule, "none", t =>
            {
                foreach (var path in new[] { EarkSamples.Root, EarkSamples.Rep }) t.With(path, none.Replace(t.Text(path), ""));
            });
            yield return Sip(rule, "blank", Cut($" sip:({name})=\"[^\"]*\"", " sip:$1=\"\"", EarkSamples.Rep));
        }
    }
}
