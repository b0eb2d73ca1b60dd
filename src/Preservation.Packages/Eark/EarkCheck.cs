using Preservation.Core.Digests;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>What a METS document promises of a file, and the rule that is broken when a promise is.</summary>
internal sealed record EarkPromise(string? Size, string? Checksum, DigestAlgorithm? Algorithm, string SizeRule, string ChecksumRule, string Mets);

/// <summary>One METS document under check, with the package around it.</summary>
internal sealed class EarkCheck(PackageFiles files, MetsDocument mets, string folder, string version, Dictionary<string, List<EarkPromise>> promised)
{
    public PackageFiles Files => files;

    public MetsDocument Mets => mets;

    /// <summary>Empty for the package's own METS, else the representation's folder.</summary>
    public string Folder => folder;

    public bool IsRoot => folder.Length == 0;

    public string MetsPath => IsRoot ? MetsNames.FileName : folder + "/" + MetsNames.FileName;

    /// <summary>Adds a finding unless the claim holds.</summary>
    public bool Need(bool claim, string id, string? expected = null, string? found = null, string? path = null)
    {
        if (!claim) files.Findings.Add(EarkRules.Get(id, version), path ?? MetsPath, expected, found);
        return claim;
    }

    public string? Resolve(string? href) => MetsHref.Resolve(href, folder, files.Has);

    public void Promise(string path, EarkPromise promise)
    {
        if (!promised.TryGetValue(path, out var list)) promised[path] = list = [];
        list.Add(promise);
    }

    /// <summary>Files below a folder of this package or representation.</summary>
    public IEnumerable<string> Under(string subfolder) => files.Under((IsRoot ? "" : folder + "/") + subfolder + "/");
}
