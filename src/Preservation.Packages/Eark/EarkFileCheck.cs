using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>CSIP58–CSIP66, CSIP113, CSIP114: the file section and its groups; the files in them have been judged while they were read.</summary>
internal static class EarkFileCheck
{
    public static void Check(EarkCheck c)
    {
        var groups = c.Mets.FileSection?.AllGroups.ToList() ?? [];
        if (!c.Need(c.Mets.FileSection is not null, "CSIP58", "fileSec")) return;
        c.Need(c.IsOwn(c.Mets.FileSection!.Id), "CSIP59", "fileSec/@ID");
        foreach (var (folder, use, rule) in (ReadOnlySpan<(string, string, string)>)[("documentation", "Documentation", "CSIP60"), ("schemas", "Schemas", "CSIP113")])
            c.Need(!c.Under(folder).Any() || groups.Any(g => Uses(g, use)), rule, "USE=" + use);
        if (c.IsRoot) c.Need(!c.Under("representations").Any() || groups.Any(g => Uses(g, "Representations")), "CSIP114", "USE=Representations/…");
        var administrative = EarkFileEntries.AdministrativeIds(c.Mets);
        foreach (var (rule, count) in c.Entries.Dangling(administrative, EarkFileEntries.DescriptiveIds(c.Mets)))
            for (var i = 0; i < count; i++) c.Need(false, rule);
        foreach (var group in groups)
        {
            // The value is the path of the folder, whose first letter the vocabulary writes large.
            c.Need(!string.IsNullOrWhiteSpace(group.Use) && (!c.IsRoot || c.Files.HasFolderInAnyCase(group.Use.TrimEnd('/'))), "CSIP64", "fileGrp/@USE");
            c.Need(c.IsOwn(group.Id), "CSIP65", "fileGrp/@ID", group.Id);
            c.Need(group.FileCount > 0 || group.Groups.Length > 0, "CSIP66", "fileGrp/file", group.Use);
            c.Need(group.AdmIds.All(administrative.Contains), "CSIP61");
            ContentType(c, group);
        }
    }

    public static bool Uses(MetsFileGroup group, string use) => group.Use?.StartsWith(use, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The folder that the files of a group lie in, where its use says.</summary>
    public static string? FolderOf(MetsFileGroup group) => Uses(group, "Schemas") ? "schemas" : Uses(group, "Documentation") ? "documentation" : null;

    // CSIP62 and CSIP63: a group of a representation says its type; another group only if it wants to.
    private static void ContentType(EarkCheck c, MetsFileGroup group)
    {
        var (type, other) = (group.ContentInformationType, group.OtherContentInformationType);
        var isDue = type is not null || (c.IsRoot && Uses(group, "Representations"));
        c.Need(!isDue || EarkVocabulary.IsContentType(type), "CSIP62", "@csip:CONTENTINFORMATIONTYPE", type);
        c.Need(type == "OTHER" ? !string.IsNullOrWhiteSpace(other) && !EarkVocabulary.IsContentType(other) : other is null, "CSIP63", "@csip:OTHERCONTENTINFORMATIONTYPE", other);
    }
}
