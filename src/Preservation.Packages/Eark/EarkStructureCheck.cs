using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>CSIPSTR1–CSIPSTR16: the folders. Empty folders count as present.</summary>
internal static class EarkStructureCheck
{
    public static void Check(PackageFiles files, MetsDocument? root)
    {
        if (files.RootName.Length == 0) Add("CSIPSTR1", "");
        else if (root?.ObjId is { Length: > 0 } id && files.RootName != id && files.RootName != id.Replace(':', '_') && files.RootName != Uri.EscapeDataString(id))
            Add("CSIPSTR2", "", id, files.RootName);
        if (!files.Has(MetsNames.FileName)) Add("CSIPSTR4", MetsNames.FileName);
        if (!files.HasFolder("metadata")) Add("CSIPSTR5", "metadata");
        if (!files.HasFolder("representations")) Add("CSIPSTR9", "representations");
        if (!files.HasFolder("schemas")) Add("CSIPSTR15", "schemas");
        if (!files.HasFolder("documentation")) Add("CSIPSTR16", "documentation");
        foreach (var path in files.Under("representations/").Where(p => p.Count(c => c == '/') == 1)) Add("CSIPSTR10", path);
        foreach (var rep in Representations(files))
        {
            if (!files.HasFolder(rep + "/data")) Add("CSIPSTR11", rep);
            if (!files.Has(rep + "/" + MetsNames.FileName)) Add("CSIPSTR12", rep);
            if (!files.HasFolder(rep + "/metadata")) Add("CSIPSTR13", rep);
        }
        void Add(string rule, string path, string? expected = null, string? found = null) => files.Findings.Add(EarkRules.Get(rule), path, expected, found);
    }

    private static IEnumerable<string> Representations(PackageFiles files) =>
        files.Under("representations/").Concat(files.EmptyFolders.Where(f => f.StartsWith("representations/", StringComparison.Ordinal)).Select(f => f + "/"))
            .Select(p => p.Split('/')).Where(s => s.Length > 2).Select(s => "representations/" + s[1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
