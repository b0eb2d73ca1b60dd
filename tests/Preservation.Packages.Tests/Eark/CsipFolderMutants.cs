using Preservation.Core.Files;
using static Preservation.Packages.Tests.Eark.EarkMutant;

namespace Preservation.Packages.Tests.Eark;

/// <summary>CSIPSTR1–CSIPSTR16: the folders.</summary>
internal static class CsipFolderMutants
{
    private static EarkMutant Sip(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, EarkSample.Sip, change);

    public static IEnumerable<EarkMutant> All =>
    [
        Sip("CSIPSTR1", "no root folder", t => t.RootName = ""),
        Sip("CSIPSTR2", "root folder of another name", t => t.RootName = "x"),
        Sip("CSIPSTR3", "in a zip", t => t.Archive = new ArchiveForm("x.zip", "zip", IsCompressedWhole: false)),
        Sip("CSIPSTR4", "no METS.xml", t => t.Files.Remove(EarkSamples.Root)),
        Sip("CSIPSTR5", "no metadata", Remove("metadata/")),
        Sip("CSIPSTR6", "PREMIS elsewhere", Move("metadata/preservation/agents.xml", "metadata/other/agents.xml").Then(Sub("metadata/preservation/agents.xml", "metadata/other/agents.xml"))),
        Sip("CSIPSTR7", "a description elsewhere", Move("metadata/descriptive/dc.xml", "metadata/other/dc.xml").Then(Sub("metadata/descriptive/dc.xml", "metadata/other/dc.xml"))),
        Sip("CSIPSTR8", "a file in metadata itself", t => t.With("metadata/notes.xml", "<x/>")),
        Sip("CSIPSTR8", "a file in a representation's metadata itself", t => t.With("representations/rep1/metadata/notes.xml", "<x/>")),
        Sip("CSIPSTR9", "no representations", Remove("representations/")),
        Sip("CSIPSTR10", "a file in representations itself", t => t.With("representations/loose.txt", "x")),
        Sip("CSIPSTR11", "no data", Remove("representations/rep1/data/")),
        Sip("CSIPSTR12", "no METS.xml in a representation", t => t.Files.Remove(EarkSamples.Rep)),
        Sip("CSIPSTR13", "no metadata in a representation", Remove("representations/rep1/metadata/")),
        Sip("CSIPSTR14", "a folder more", t => t.With("plans/a.txt", "x")),
        Sip("CSIPSTR14", "a folder more in a representation", t => t.With("representations/rep1/plans/a.txt", "x")),
        Sip("CSIPSTR15", "no schemas", Remove("schemas/")),
        Sip("CSIPSTR15", "a schema elsewhere", Move("schemas/a.xsd", "documentation/a.xsd").Then(Sub("schemas/a.xsd", "documentation/a.xsd"))),
        Sip("CSIPSTR16", "no documentation", Remove("documentation/")),
        Sip("CSIPSTR16", "documentation elsewhere", Move("documentation/manual.txt", "schemas/manual.txt").Then(Sub("documentation/manual.txt", "schemas/manual.txt"))),
    ];
}
