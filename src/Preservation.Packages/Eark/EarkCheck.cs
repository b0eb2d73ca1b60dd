using Preservation.Core.Digests;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>One METS document under check, with the package around it.</summary>
internal sealed class EarkCheck(PackageFiles files, EarkDocument document, EarkPackage package, EarkPromises promises)
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

    public EarkFileEntries Entries => document.Entries;

    /// <summary>True for an identifier that is given and that nothing before it in this document has; files come before divisions.</summary>
    public bool IsOwn(string? id, bool isBeforeFiles = true)
    {
        var isOwn = !string.IsNullOrEmpty(id) && _ids.Add(id);
        if (!isOwn || !Entries.Has(id!)) return isOwn;
        if (isBeforeFiles) Need(false, "CSIP67", "file/@ID", id);
        return isBeforeFiles;
    }

    public string? Resolve(string? href) => MetsHref.Resolve(href, Folder, files.Has);

    public void Promise(string path, string sizeRule, string checksumRule, MetsReference reference)
    {
        Span<byte> digest = stackalloc byte[Digest.MaxBytes];
        var algorithm = DigestAlgorithm.FindInPackage(reference.ChecksumType);
        if (algorithm is not null && !Digest.TryDecode(algorithm, reference.Checksum, digest)) algorithm = null;
        promises.Add(files.Index.FindFile(path), MetsPath, sizeRule, checksumRule, EarkMetadataCheck.Length(reference.Size), algorithm, digest);
    }

    /// <summary>Files below a folder of this package or representation.</summary>
    public IEnumerable<string> Under(string subfolder) => files.Under((IsRoot ? "" : Folder + "/") + subfolder + "/");
}
