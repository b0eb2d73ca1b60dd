using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>CSIP80–CSIP112, CSIP116, CSIP118, CSIP119: the structural map.</summary>
internal static class EarkStructMapCheck
{
    private sealed record Known(string Label, string Div, string Id, string Name, string References, string Pointer);

    private static readonly Known[] Divisions =
    [
        new("Documentation", "CSIP93", "CSIP94", "CSIP95", "CSIP96", "CSIP116"),
        new("Schemas", "CSIP97", "CSIP98", "CSIP99", "CSIP100", "CSIP118"),
        new("Representations", "CSIP101", "CSIP102", "CSIP103", "CSIP104", "CSIP119"),
    ];

    public static void Check(EarkCheck c)
    {
        var labelled = c.Mets.StructMaps.Where(m => m.Label == "CSIP").ToList();
        c.Need(labelled.Count == 1, "CSIP80", "structMap[@LABEL='CSIP'] ×1", "×" + labelled.Count);
        if (c.Mets.StructMaps.Length == 0) return;
        var physical = c.Mets.StructMaps.Where(m => m.Type == "PHYSICAL").ToList();
        c.Need(labelled.Count > 0 ? labelled.All(m => m.Type == "PHYSICAL") : physical.Count > 0, "CSIP81", "PHYSICAL");
        c.Need(labelled.Count == 1, "CSIP82", "CSIP");
        if ((labelled.FirstOrDefault() ?? physical.FirstOrDefault()) is not { } map) return;
        c.Need(c.IsOwn(map.Id, isBeforeFiles: false), "CSIP83", "structMap/@ID");
        if (!c.Need(map.Root is not null, "CSIP84", "div")) return;
        c.Need(c.IsOwn(map.Root!.Id, isBeforeFiles: false), "CSIP85", "div/@ID");
        if (c.IsRoot && (c.Package.Edition == "2.0.4" || !c.Package.IsEditionTold)) c.Need(map.Root.Label == c.Mets.ObjId, EarkRules.Dropped, c.Mets.ObjId, map.Root.Label);
        if (c.IsRoot) Metadata(c, map.Root);
        var groups = c.Mets.FileSection?.AllGroups.ToList() ?? [];
        foreach (var known in Divisions) Division(c, map.Root, known, groups);
        foreach (var div in map.Root.Divs.Where(d => d.Label != "Metadata" && !Divisions.Any(k => k.Label == d.Label))) Other(c, div, groups);
        if (c.IsRoot) Representations(c, map.Root);
    }

    private static void Metadata(EarkCheck c, MetsDiv root)
    {
        var found = root.Divs.Where(d => d.Label == "Metadata").ToList();
        var isOne = c.Need(found.Count == 1, "CSIP88", "×1", "×" + found.Count);
        c.Need(isOne, "CSIP90", "Metadata");
        if (!isOne) return;
        c.Need(c.IsOwn(found[0].Id, isBeforeFiles: false), "CSIP89", "div/@ID");
        var administrative = c.Mets.Administrative.SelectMany(a => a.Sections).ToList();
        var known = administrative.Select(s => s.Id).Concat(c.Mets.Administrative.Select(a => a.Id)).ToHashSet(StringComparer.Ordinal);
        var whole = c.Mets.Administrative.Where(a => a.Id is not null && found[0].AdmIds.Contains(a.Id)).SelectMany(a => a.Sections).ToHashSet();
        c.Need(administrative.Where(s => s.Status != "SUPERSEDED").All(s => whole.Contains(s) || (s.Id is not null && found[0].AdmIds.Contains(s.Id)))
            && found[0].AdmIds.All(known.Contains), "CSIP91", "@ADMID");
        var descriptive = c.Mets.Descriptive.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        c.Need(c.Mets.Descriptive.Where(s => s.Status != "SUPERSEDED").All(s => s.Id is not null && found[0].DmdIds.Contains(s.Id))
            && found[0].DmdIds.All(descriptive.Contains), "CSIP92", "@DMDID");
    }

    private static void Division(EarkCheck c, MetsDiv root, Known known, List<MetsFileGroup> groups)
    {
        var isRepresentations = known.Label == "Representations";
        var own = groups.Where(g => EarkFileCheck.Uses(g, known.Label)).ToList();
        var divs = root.Divs.Where(d => d.Label == known.Label).ToList();
        var (allowed, allowedGroups) = (own.Select(g => g.Id).OfType<string>().ToHashSet(StringComparer.Ordinal), own.Select(g => g.Number).ToHashSet());
        // Groups of representations that have their own METS are reached by its pointer instead.
        var pointed = root.Divs.SelectMany(d => d.Pointers).Select(p => p.Title).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (isRepresentations) own = [.. own.Where(g => c.IsRoot && (g.Id is null || !pointed.Contains(g.Id)) && !root.Divs.Any(d => d.Pointers.Length > 0 && d.Label == g.Use))];
        var groupIds = own.Select(g => g.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var mislabelled = root.Divs.Where(d => (isRepresentations ? d.Label?.StartsWith(known.Label, StringComparison.Ordinal) != true : d.Label != known.Label) && d.FileIds.Any(f => f is not null && groupIds.Contains(f))).ToList();
        c.Need(mislabelled.Count == 0, known.Name, known.Label, mislabelled.FirstOrDefault()?.Label);
        if (own.Count > 0) c.Need(divs.Count == 1, known.Div, known.Label, "×" + divs.Count);
        else c.Need(divs.Count <= 1 || isRepresentations, known.Div, known.Label, "×" + divs.Count);
        if (own.Count > 0 && divs.Count == 0) c.Need(isRepresentations && root.Divs.Any(d => d.FileIds.Any(f => f is not null && groupIds.Contains(f))), known.References, "fptr");
        foreach (var div in divs)
        {
            c.Need(c.IsOwn(div.Id, isBeforeFiles: false), known.Id, "div/@ID");
            c.Need(groupIds.All(div.FileIds.Contains), known.References, "fptr");
            c.Need(div.FileIds.All(f => f is not null && (allowed.Contains(f) || allowedGroups.Contains(c.Entries.GroupOf(f)))), known.Pointer, "@FILEID");
        }
        // Pointers to files, of which there may be many, were not kept with their division.
        c.Need(c.Entries.PointedFrom(known.Label).All(allowedGroups.Contains), known.Pointer, "@FILEID");
    }

    private static void Other(EarkCheck c, MetsDiv div, List<MetsFileGroup> groups)
    {
        c.Need(c.IsOwn(div.Id, isBeforeFiles: false), "CSIP106", "div/@ID", div.Label);
        if (!c.IsRoot || (div.Pointers.Length == 0 && div.Label?.StartsWith("Representations/", StringComparison.OrdinalIgnoreCase) != true)) return;
        if (!c.Need(div.Pointers.Length == 1, "CSIP109", "mptr ×1", "×" + div.Pointers.Length) && div.Pointers.Length == 0) return;
        var pointer = div.Pointers[0];
        var path = c.Resolve(pointer.Href);
        var folder = path?[..Math.Max(path.LastIndexOf('/'), 0)];
        var isThere = path is not null && c.Files.Has(path);
        var isNamed = string.Equals(div.Label, folder, StringComparison.OrdinalIgnoreCase);
        c.Need(isThere && isNamed, "CSIP110", div.Label + "/METS.xml", path: path);
        c.Need(pointer.LinkType == "simple", "CSIP111", "simple");
        c.Need(pointer.LocType == "URL", "CSIP112", "URL");
        c.Need(pointer.Title is not null && groups.Any(g => g.Id == pointer.Title), "CSIP108", "fileGrp/@ID");
        c.Need(isThere && isNamed && div.Label?.StartsWith("Representations/", StringComparison.Ordinal) == true, "CSIP107", "Representations/…", div.Label);
    }

    private static void Representations(EarkCheck c, MetsDiv root)
    {
        var pointed = root.Divs.SelectMany(d => d.Pointers).Select(p => c.Resolve(p.Href)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in EarkDocument.Representations(c.Files)) c.Need(pointed.Contains(path), "CSIP105", "div/mptr", path: path);
    }
}
