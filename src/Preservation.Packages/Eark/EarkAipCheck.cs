using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>AIPM1–AIPM7 and what the AIP specification asks of METS documents beyond its profile: AIP1–AIP3.</summary>
internal static class EarkAipCheck
{
    public static bool Applies(MetsDocument mets) => EarkProfile.Means(mets.Profile, "eark", "E-ARK-AIP") || mets.Header?.OaisPackageType == "AIP";

    public static void Check(EarkCheck c)
    {
        var mets = c.Mets;
        c.Need(!string.IsNullOrWhiteSpace(mets.ObjId), "AIPM1", "mets/@OBJID");
        // The specification places the AIP profile under the DIP's host; its own host is accepted too.
        c.Need(EarkProfile.Is(mets.Profile, "earkdip", "E-ARK-AIP") || EarkProfile.Is(mets.Profile, "earkaip", "E-ARK-AIP"), "AIPM2", MetsNames.AipProfile, mets.Profile);
        c.Need(mets.Header?.OaisPackageType == "AIP", "AIPM3", "AIP", mets.Header?.OaisPackageType);
        c.Need(mets.Descriptive.Length == 0 || mets.Descriptive.Any(d => d.Status == "CURRENT"), "AIPM4", "CURRENT");
        var provenance = mets.Sections.Where(s => s.Element == MetsSection.Provenance && s.Reference is not null).ToList();
        c.Need(provenance.Count > 0, "AIPM5", "digiprovMD/mdRef");
        var premis = provenance.Where(s => s.Reference!.MdType == "PREMIS").ToList();
        c.Need(premis.Count > 0, "AIPM6", "PREMIS");
        c.Need(premis.All(s => s.Reference!.MdTypeVersion?.StartsWith('3') == true), "AIPM7", "3.0");
        Divided(c);
    }

    /// <summary>AIP1 and AIP2: the parts of a representation that is divided by size.</summary>
    public static void Parts(PackageFiles files, IEnumerable<EarkDocument> representations, string edition)
    {
        foreach (var group in representations.Where(d => d.IsPart).GroupBy(d => d.Folder, StringComparer.Ordinal))
        {
            var name = group.Key[(group.Key.LastIndexOf('/') + 1)..];
            foreach (var part in group.Where(p => p.Mets.ObjId != name)) files.Findings.Add(EarkRules.Get("AIP1", edition), part.Path, name, part.Mets.ObjId);
            var listed = new Dictionary<int, EarkDocument>();
            foreach (var part in group)
                for (var i = 0; i < part.Entries.Listed.Count; i++)
                    if (!listed.TryAdd(part.Entries.Listed[i], part) && listed[part.Entries.Listed[i]] != part)
                        files.Findings.Add(EarkRules.Get("AIP2", edition), files.Index.PathOf(part.Entries.Listed[i]), listed[part.Entries.Listed[i]].Path, part.Path);
        }
    }

    // AIP3: a division leads to each representation's METS and to its entry in the file section.
    private static void Divided(EarkCheck c)
    {
        var entries = c.Entries.Representations.ToLookup(f => f.Path, f => f.Id, StringComparer.Ordinal);
        var divs = c.Mets.StructMaps.Where(m => m.Root is not null).SelectMany(m => m.Root!.SelfAndBelow)
            .SelectMany(d => d.Pointers.Select(p => (Path: c.Resolve(p.Href), Div: d))).Where(p => p.Path is not null).ToLookup(p => p.Path!, p => p.Div, StringComparer.Ordinal);
        foreach (var path in EarkDocument.Representations(c.Files))
            c.Need(divs[path].Any(d => d.FileIds.Any(f => f is not null && entries[path].Contains(f))), "AIP3", "div[mptr][fptr]", path: path);
    }
}
