using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>Do the METS documents speak the truth about the files, and the files belong to documents? (VN-C10 to VN-C12)</summary>
internal sealed class Tt05FileCheck(Tt05Package package, PackageFiles files, Tt05Links? links)
{
    private readonly FilePromises _promises = new(files.Index);

    public void CheckLinks()
    {
        Gather(package.Root, "", MetsNames.FileName);
        Gather(package.Rep, Tt05Layout.Rep, Tt05Layout.RepMets);
        foreach (var path in files.Paths)
        {
            var isData = path.StartsWith(Tt05Layout.Data, StringComparison.Ordinal);
            if (!isData && !_promises.Has(files.Index.FindFile(path)) && path is not (MetsNames.FileName or Tt05Layout.RepMets) && package.Root is not null && package.Rep is not null)
                files.Findings.Add(Tt05Rules.Get("VN-STR-11"), path);
            if (isData && package.Rep is not null) CheckDataFile(path);
        }
        foreach (var document in package.Documents) CheckDocument(document);
    }

    public Task CheckDigestsAsync(CancellationToken cancellationToken) => files.KeepAsync(_promises, cancellationToken);

    private void CheckDataFile(string path)
    {
        var count = links!.Count(path);
        var isDeclared = _promises.Has(files.Index.FindFile(path));
        if (!isDeclared) files.Findings.Add(Tt05Rules.Get("VN-C11"), path, "file", "–");
        if (count != 1) files.Findings.Add(Tt05Rules.Get("VN-C11"), path, "MetadataLink ×1", "×" + count.ToString(CultureInfo.InvariantCulture));
    }

    private void CheckDocument(Tt05Described document)
    {
        if (links is null) return;
        var own = links.Files(document.Path);
        if (own.Length == 0) files.Findings.Add(Tt05Rules.Get("VN-C11"), document.Path, "MetadataLink ×1", "×0");
        var names = own.Select(p => p[(p.LastIndexOf('/') + 1)..]);
        if (own.Length > 0 && !names.Any(n => n.StartsWith(document.Id + ".", StringComparison.OrdinalIgnoreCase)))
            files.Findings.Add(Tt05Rules.Get("VN-C10"), own[0], document.Id + ".*");
    }

    private void Gather(MetsDocument? mets, string folder, string metsPath)
    {
        if (mets is null) return;
        var rule = Tt05Rules.Get("VN-C12");
        var source = _promises.AddSource(metsPath, rule, rule);
        foreach (var r in mets.Sections.Select(s => s.Reference).OfType<MetsReference>()) Add(source, r.Href, r.Size, r.Checksum, r.ChecksumType, folder, metsPath);
        foreach (var f in mets.Files) Add(source, f.Location?.Href, f.Size, f.Checksum, f.ChecksumType, folder, metsPath);
    }

    private void Add(int source, string? href, string? size, string? checksum, string? checksumType, string folder, string metsPath)
    {
        if (string.IsNullOrEmpty(href)) return;
        var path = MetsHref.Resolve(href, folder, files.Has);
        if (path is null || !files.Has(path))
        {
            files.Findings.Add(Tt05Rules.Get("VN-C11"), path ?? metsPath, metsPath, "–");
            return;
        }
        var file = files.Index.FindFile(path);
        Span<byte> digest = stackalloc byte[Digest.MaxBytes];
        var algorithm = DigestAlgorithm.FindInPackage(checksumType);
        if (algorithm is not null && !Digest.TryDecode(algorithm, checksum, digest)) algorithm = null;
        var isLength = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        if (size is not null && !isLength) files.Findings.Add(Tt05Rules.Get("VN-C12"), path, $"SIZE={size} ({metsPath})", files.Index.BytesOf(file).ToString(CultureInfo.InvariantCulture));
        _promises.Add(file, source, isLength ? bytes : null, algorithm, digest);
    }
}
