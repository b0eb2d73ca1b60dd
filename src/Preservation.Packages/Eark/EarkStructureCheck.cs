using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>CSIPSTR1–CSIPSTR16: the folders. Empty folders count as present.</summary>
internal sealed class EarkStructureCheck(PackageFiles files, MetsDocument? root, EarkPackage package)
{
    private static readonly HashSet<string> PackageFolders = new(StringComparer.Ordinal) { "metadata", "representations", "schemas", "documentation" };
    private static readonly HashSet<string> RepresentationFolders = new(StringComparer.Ordinal) { "metadata", "data", "schemas", "documentation" };

    public void Check()
    {
        if (files.RootName.Length == 0) Add("CSIPSTR1", "");
        else if (root?.ObjId is { Length: > 0 } id && !EarkName.Is(files.RootName, id)) Add("CSIPSTR2", "", id, files.RootName);
        if (!files.Has(MetsNames.FileName)) Add("CSIPSTR4", MetsNames.FileName);
        if (!files.HasFolder("metadata")) Add("CSIPSTR5", "metadata");
        if (!files.HasFolder("representations")) Add("CSIPSTR9", "representations");
        foreach (var path in files.FilesIn("representations/")) Add("CSIPSTR10", path);
        Loose("metadata/");
        // An AIP keeps what was received in a folder that the AIP specification names.
        var isAip = root is not null && EarkAipCheck.Applies(root);
        foreach (var folder in files.Folders("").Where(f => !PackageFolders.Contains(f) && !(isAip && f == "submission"))) Add("CSIPSTR14", folder);
        var reps = files.Folders("representations/").Select(f => "representations/" + f).ToList();
        reps.ForEach(Representation);
        if (package.IsSenders) Recommended(reps);
    }

    // That schemas and documentation are in the package is a recommendation; that they lie in their folders is what SHOULD be.
    private void Recommended(List<string> reps)
    {
        foreach (var (rule, folder) in (ReadOnlySpan<(string, string)>)[("CSIPSTR15", "schemas"), ("CSIPSTR16", "documentation")])
            if (!files.HasFolder(folder) && !reps.Exists(r => files.HasFolder($"{r}/{folder}"))) files.Findings.Add(EarkRules.Advice(rule, package.Edition), folder);
    }

    private void Representation(string rep)
    {
        if (!files.HasFolder(rep + "/data")) Add("CSIPSTR11", rep);
        if (!files.FilesIn(rep + "/").Any(EarkDocument.IsRepresentation)) Add("CSIPSTR12", rep);
        if (!files.HasFolder(rep + "/metadata")) Add("CSIPSTR13", rep);
        Loose(rep + "/metadata/");
        foreach (var folder in files.Folders(rep + "/").Where(f => !RepresentationFolders.Contains(f))) Add("CSIPSTR14", $"{rep}/{folder}");
    }

    // Metadata that lies in the folder itself, in no sub-folder of its kind.
    private void Loose(string folder)
    {
        foreach (var path in files.FilesIn(folder)) Add("CSIPSTR8", path, folder + "other/");
    }

    private void Add(string rule, string path, string? expected = null, string? found = null) => files.Findings.Add(EarkRules.Get(rule, package.Edition), path, expected, found);
}
