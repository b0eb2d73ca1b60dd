using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>CSIPSTR3 and AIP20–AIP28: the archive file a package lies in. Folders and stores have nothing to judge.</summary>
internal static class EarkArchiveCheck
{
    public static void Check(PackageFiles files, MetsDocument? root, string edition)
    {
        if (files.Archive is not { } archive) return;
        Add("CSIPSTR3", null, archive.Format + (archive.IsCompressedWhole ? ".gz" : ""));
        if (root is null || !EarkAipCheck.Applies(root)) return;
        var name = archive.FileName;
        if (root.ObjId is { Length: > 0 } id && !EarkName.Begins(name, id)) Add("AIP20", id, name);
        if (!EarkName.IsPortable(name)) Add("AIP21", "A–Z a–z 0–9 . _ -", name);
        if (files.RootName.Length > 0 && !name.StartsWith(files.RootName, StringComparison.Ordinal)) Add("AIP22", files.RootName, name);
        if (files.RootName.Length == 0) Add("AIP27", null, null);
        if (archive is { Format: "tar", IsCompressedWhole: true }) Add("AIP28", "tar", "tar.gz");
        void Add(string rule, string? expected, string? found) => files.Findings.Add(EarkRules.Get(rule, edition), "", expected, found);
    }
}
