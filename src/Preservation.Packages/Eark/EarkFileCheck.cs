using Preservation.Core.Digests;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>CSIP58–CSIP79, CSIP113, CSIP114: the file section.</summary>
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
        var administrative = c.Mets.Administrative.SelectMany(a => a.Sections.Select(s => s.Id).Prepend(a.Id)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var descriptive = c.Mets.Descriptive.Select(d => d.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            // The value is the path of the folder, whose first letter the vocabulary writes large.
            c.Need(!string.IsNullOrWhiteSpace(group.Use) && (!c.IsRoot || c.Files.HasFolderInAnyCase(group.Use.TrimEnd('/'))), "CSIP64", "fileGrp/@USE");
            c.Need(c.IsOwn(group.Id), "CSIP65", "fileGrp/@ID", group.Id);
            c.Need(group.Files.Length > 0 || group.Groups.Length > 0, "CSIP66", "fileGrp/file", group.Use);
            c.Need(group.AdmIds.All(administrative.Contains), "CSIP61");
            ContentType(c, group);
            var folder = Uses(group, "Schemas") ? "schemas" : Uses(group, "Documentation") ? "documentation" : null;
            foreach (var file in group.Files) File(c, file, folder, administrative, descriptive);
        }
    }

    public static bool Uses(MetsFileGroup group, string use) => group.Use?.StartsWith(use, StringComparison.OrdinalIgnoreCase) == true;

    // CSIP62 and CSIP63: a group of a representation says its type; another group only if it wants to.
    private static void ContentType(EarkCheck c, MetsFileGroup group)
    {
        var (type, other) = (group.ContentInformationType, group.OtherContentInformationType);
        var isDue = type is not null || (c.IsRoot && Uses(group, "Representations"));
        c.Need(!isDue || EarkVocabulary.IsContentType(type), "CSIP62", "@csip:CONTENTINFORMATIONTYPE", type);
        c.Need(type == "OTHER" ? !string.IsNullOrWhiteSpace(other) && !EarkVocabulary.IsContentType(other) : other is null, "CSIP63", "@csip:OTHERCONTENTINFORMATIONTYPE", other);
    }

    private static void File(EarkCheck c, MetsFile file, string? folder, HashSet<string> administrative, HashSet<string> descriptive)
    {
        c.Need(c.IsOwn(file.Id), "CSIP67", "file/@ID", file.Id);
        c.Need(EarkMetadataCheck.IsMediaType(file.MimeType), "CSIP68", "@MIMETYPE");
        c.Need(EarkMetadataCheck.IsLength(file.Size), "CSIP69", "@SIZE");
        c.Need(Tt05MetsCheck.IsInstant(file.Created), "CSIP70", "@CREATED");
        c.Need(EarkVocabulary.IsChecksumType(file.ChecksumType), "CSIP72", "@CHECKSUMTYPE");
        var algorithm = DigestAlgorithm.Find(file.ChecksumType);
        c.Need(algorithm is null ? !string.IsNullOrEmpty(file.Checksum) : Digest.TryParse(algorithm, file.Checksum, out _), "CSIP71", "@CHECKSUM");
        c.Need(file.OwnerId is null || !string.IsNullOrWhiteSpace(file.OwnerId), "CSIP73", "@OWNERID");
        c.Need(file.AdmIds.All(administrative.Contains), "CSIP74");
        c.Need(file.DmdIds.All(descriptive.Contains), "CSIP75");
        if (!c.Need(file.Location is not null && file.LocationCount == 1, "CSIP76", "FLocat ×1") && file.Location is null) return;
        c.Need(file.Location!.LocType == "URL", "CSIP77", "URL");
        c.Need(file.Location.LinkType == "simple", "CSIP78", "simple");
        var path = c.Resolve(file.Location.Href);
        var exists = path is not null && c.Files.Has(path);
        c.Need(exists, "CSIP79", file.Location.Href is null ? "@xlink:href" : "file", path: path);
        if (exists && folder is not null) c.Need(("/" + path).Contains($"/{folder}/", StringComparison.Ordinal), folder == "schemas" ? "CSIPSTR15" : "CSIPSTR16", folder + "/", path: path);
        if (exists) c.Promise(path!, new EarkPromise(file.Size, file.Checksum, algorithm, "CSIP69", "CSIP71", c.MetsPath));
    }
}
