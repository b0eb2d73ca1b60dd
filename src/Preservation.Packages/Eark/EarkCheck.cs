using Preservation.Core.Digests;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>What a METS document promises of a file, and the rule that is broken when a promise is.</summary>
internal sealed record EarkPromise(string? Size, string? Checksum, DigestAlgorithm? Algorithm, string SizeRule, string ChecksumRule, string Mets);

/// <summary>One METS document under check, with the package around it.</summary>
internal sealed class EarkCheck(PackageFiles files, EarkDocument document, EarkPackage package)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public PackageFiles Files => files;

    public EarkPackage Package => package;

    public MetsDocument Mets => document.Mets;

    /// <summary>Empty for the package's own METS, else the representation's folder.</summary>
    public string Folder => document.Folder;

    public bool IsRoot => document.IsRoot;

    public string MetsPath => document.Path;

    /// <summary>Adds a finding unless the claim holds.</summary>
    public bool Need(bool claim, string id, string? expected = null, string? found = null, string? path = null)
    {
        if (!claim) files.Findings.Add(EarkRules.Get(id, package.Edition), path ?? MetsPath, expected, found);
        return claim;
    }

    /// <summary>True for an identifier that is given and that nothing before it in this document has.</summary>
    public bool IsOwn(string? id) => !string.IsNullOrEmpty(id) && _ids.Add(id);

    public string? Resolve(string? href) => MetsHref.Resolve(href, Folder, files.Has);

    public void Promise(string path, EarkPromise promise)
    {
        if (!package.Promised.TryGetValue(path, out var list)) package.Promised[path] = list = [];
        list.Add(promise);
    }

    /// <summary>Files below a folder of this package or representation.</summary>
    public IEnumerable<string> Under(string subfolder) => files.Under((IsRoot ? "" : Folder + "/") + subfolder + "/");
}
