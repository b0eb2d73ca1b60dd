using Preservation.Core.Files;
using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>AIPM1–AIPM7 and AIP1–AIP28.</summary>
internal static class AipMutants
{
    private const string Parent = "urn:uuid:3a487ce5-63cf-4000-9522-7288e208e2bc";

    public static IEnumerable<EarkMutant> All => [.. Mets(), .. Premis(), .. Archive()];

    private static EarkMutant Aip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Aip, change);

    private static IEnumerable<EarkMutant> Mets() =>
    [
        Aip("AIPM1", "no OBJID", Cut(" OBJID=\"[^\"]*\"")),
        Aip("AIPM2", "PROFILE of something else", Sub("E-ARK-AIP-v2-2-0", "E-ARK-XIP")),
        Aip("AIPM3", "package type of a DIP", Sub("OAISPACKAGETYPE=\"AIP\"", "OAISPACKAGETYPE=\"DIP\"")),
        Aip("AIPM4", "no description is current", Sub("STATUS=\"CURRENT\"", "STATUS=\"SUPERSEDED\"")),
        Aip("AIPM5", "no provenance metadata", Cut("<mets:amdSec.*</mets:amdSec>")),
        Aip("AIPM6", "no PREMIS", Sub("MDTYPE=\"PREMIS\"", "MDTYPE=\"DC\"")),
        Aip("AIPM7", "PREMIS 2.2", Sub("MDTYPEVERSION=\"3.0\"", "MDTYPEVERSION=\"2.2\"")),
        Aip("AIPM7", "PREMIS that is none", t => t.With(EarkSamples.Premis, "<x/>")),
        Aip("AIP1", "a part of another name", Parts("rep1", "rep2", "b.txt")),
        Aip("AIP2", "two parts with one path", Parts("rep1", "rep1", "a.txt")),
        Aip("AIP3", "no mptr", Cut("<mets:mptr[^>]*>")),
        Aip("AIP3", "no fptr", Cut("(<mets:mptr[^>]*>)\\s*<mets:fptr[^>]*>", "$1")),
        Aip("AIP3", "fptr of another file", Cut("(<mets:mptr[^>]*>\\s*<mets:fptr FILEID=\")[^\"]*", "$1x")),
    ];

    // The representation divided by size into two parts, whose METS documents are numbered.
    private static Action<MemoryTree> Parts(string first, string second, string file) => t =>
    {
        var mets = t.Text(EarkSamples.Rep);
        t.Files.Remove(EarkSamples.Rep);
        t.With("representations/rep1/data/b.txt", "b");
        t.With("representations/rep1/METS_1.xml", mets.Replace("OBJID=\"rep1\"", $"OBJID=\"{first}\"", StringComparison.Ordinal));
        t.With("representations/rep1/METS_2.xml", mets.Replace("OBJID=\"rep1\"", $"OBJID=\"{second}\"", StringComparison.Ordinal).Replace("data/a.txt", "data/" + file, StringComparison.Ordinal));
    };

    private static IEnumerable<EarkMutant> Premis()
    {
        const string path = EarkSamples.RepPremis;
        yield return Aip("AIP7", "a format of no name", Cut("<premis:formatDesignation>.*?</premis:formatDesignation>", "<premis:formatNote>?</premis:formatNote>", path));
        yield return Aip("AIP8", "a format of another registry", Cut("<premis:formatDesignation>.*?</premis:formatDesignation>",
            "<premis:formatRegistry><premis:formatRegistryName>UDFR</premis:formatRegistryName><premis:formatRegistryKey>u1</premis:formatRegistryKey></premis:formatRegistry>", path));
        yield return Aip("AIP11", "storage without a location", Cut("(</premis:objectCharacteristics>\\s*<premis:originalName>.*?</premis:originalName>)", "$1<premis:storage><premis:storageMedium>tape</premis:storageMedium></premis:storage>", path));
        yield return Aip("AIP12", "a file without relationship", Cut("(<premis:originalName>.*?)<premis:relationship>.*?</premis:relationship>", "$1", path));
        yield return Aip("AIP13", "a parent that PREMIS does not name", Sub("</mets:mets>",
            $"<mets:structMap LABEL=\"Parent AIP\"><mets:div><mets:mptr LOCTYPE=\"OTHER\" xlink:href=\"{Parent}\"/></mets:div></mets:structMap></mets:mets>"));
        yield return Aip("AIP15", "an event without identifier", Cut("<premis:eventIdentifier>.*?</premis:eventIdentifier>", path: EarkSamples.Premis));
        yield return Aip("AIP16", "an event without agent", Cut("<premis:linkingAgentIdentifier>.*?</premis:linkingAgentIdentifier>", path: EarkSamples.Premis));
        yield return Aip("AIP17", "a derived object without event", Cut("<premis:relationshipType>structural", "<premis:relationshipType>derivation", path));
        yield return Aip("AIP18", "an agent that nothing describes", Cut("<premis:agent>.*?</premis:agent>", path: EarkSamples.Premis));
    }

    private static IEnumerable<EarkMutant> Archive() =>
    [
        Aip("AIP20", "file name of another identifier", t => t.Archive = Tar("other.tar")),
        Aip("AIP21", "file name with a colon", t => t.Archive = Tar(t.RootName.Replace('_', ':') + ".tar")),
        Aip("AIP22", "file name that is not the folder's", t => t.Archive = Tar(t.RootName.Replace('_', '+') + ".tar")),
        Aip("AIP27", "no single folder", t => (t.Archive, t.RootName) = (Tar(t.RootName + ".tar"), "")),
        Aip("AIP28", "a gzipped tar", t => t.Archive = Tar(t.RootName + ".tar.gz", isCompressed: true)),
    ];

    private static ArchiveForm Tar(string name, bool isCompressed = false) => new(name, "tar", isCompressed);
}
