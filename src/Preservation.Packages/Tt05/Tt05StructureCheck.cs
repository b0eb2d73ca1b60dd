using Preservation.Core.Findings;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>Are the folders and files there that Annexes I and III ask for? (VN-STR)</summary>
internal static class Tt05StructureCheck
{
    public static IEnumerable<Finding> Check(Tt05Package package, PackageFiles files)
    {
        if (!files.Has(MetsNames.FileName)) yield return New("VN-STR-01", MetsNames.FileName);
        if (package.Root?.ObjId is { Length: > 0 } objId && !IsNamedAfter(files.RootName, objId))
            yield return New("VN-STR-02", "", objId.Replace(':', '_'), files.RootName);
        if (!files.Has(Tt05Layout.Ead)) yield return New("VN-STR-03", Tt05Layout.Ead);
        if (!files.Has(Tt05Layout.RepMets)) yield return New("VN-STR-04", Tt05Layout.RepMets);
        if (!files.Under(Tt05Layout.Data).Any()) yield return New("VN-STR-05", Tt05Layout.Data);
        if (!files.Under("schemas/").Any()) yield return New("VN-STR-06", "schemas");
        var representations = files.Under("representations/").Select(p => p.Split('/')).Where(s => s.Length > 2).Select(s => s[1]).Distinct(StringComparer.Ordinal).ToList();
        foreach (var other in representations.Where(r => r != "rep1")) yield return New("VN-STR-07", "representations/" + other, "rep1");
        foreach (var finding in Premis(package, files)) yield return finding;
        if (package.Documents.Length == 0) yield return New("VN-STR-10", Tt05Layout.RepDescriptive);
    }

    private static IEnumerable<Finding> Premis(Tt05Package package, PackageFiles files)
    {
        foreach (var path in (string[])[Tt05Layout.Premis, Tt05Layout.RepPremis])
        {
            var folder = path[..(path.LastIndexOf('/') + 1)];
            var has = files.Under(folder).Any(p => p.EndsWith(".xml", StringComparison.OrdinalIgnoreCase));
            if (has && package.Root?.Header?.OaisPackageType == "SIP") yield return New("VN-STR-08", folder);
            if (!has && package.IsAip) yield return New("VN-STR-09", path);
        }
    }

    private static bool IsNamedAfter(string folder, string objId)
    {
        var name = objId.Replace(':', '_');
        return folder.Length == 0 || folder.Equals(objId, StringComparison.OrdinalIgnoreCase) || folder.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static Finding New(string code, string path, string? expected = null, string? found = null) => new(Tt05Rules.Get(code), path, expected, found);
}
