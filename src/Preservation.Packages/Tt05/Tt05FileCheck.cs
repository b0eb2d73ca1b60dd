using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>Do the METS documents speak the truth about the files, and the files belong to documents? (VN-C10 to VN-C12)</summary>
internal sealed class Tt05FileCheck(Tt05Package package, PackageFiles files, Tt05Links? links)
{
    private sealed record Promise(string? Size, string? Checksum, DigestAlgorithm? Algorithm, string Mets);

    private readonly Dictionary<string, List<Promise>> _promised = new(StringComparer.Ordinal);

    public void CheckLinks()
    {
        Gather(package.Root, "", MetsNames.FileName);
        Gather(package.Rep, Tt05Layout.Rep, Tt05Layout.RepMets);
        foreach (var path in files.Paths)
        {
            var isData = path.StartsWith(Tt05Layout.Data, StringComparison.Ordinal);
            if (!isData && !_promised.ContainsKey(path) && path is not (MetsNames.FileName or Tt05Layout.RepMets) && package.Root is not null && package.Rep is not null)
                files.Findings.Add(Tt05Rules.Get("VN-STR-11"), path);
            if (isData && package.Rep is not null) CheckDataFile(path);
        }
        foreach (var document in package.Documents) CheckDocument(document);
    }

    public Task CheckDigestsAsync(CancellationToken cancellationToken)
    {
        var wanted = _promised.Where(p => files.Has(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, (IReadOnlyCollection<DigestAlgorithm>)[.. p.Value.Select(v => v.Algorithm).OfType<DigestAlgorithm>()]));
        return files.DigestAllAsync(wanted, Compare, cancellationToken);
    }

    private void Compare(string path, ContentDigests found)
    {
        foreach (var promise in _promised[path])
        {
            if (promise.Size is not null && promise.Size != found.Bytes.ToString(CultureInfo.InvariantCulture))
                files.Findings.Add(Tt05Rules.Get("VN-C12"), path, $"SIZE={promise.Size} ({promise.Mets})", found.Bytes.ToString(CultureInfo.InvariantCulture));
            if (promise.Algorithm is not null && Digest.TryParse(promise.Algorithm, promise.Checksum, out var digest) && found[promise.Algorithm] != digest)
                files.Findings.Add(Tt05Rules.Get("VN-C12"), path, $"{promise.Algorithm.MetsName}={digest.Hex} ({promise.Mets})", found[promise.Algorithm].Hex);
        }
    }

    private void CheckDataFile(string path)
    {
        var count = links!.Count(path);
        var isDeclared = _promised.ContainsKey(path);
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
        foreach (var r in mets.Sections.Select(s => s.Reference).OfType<MetsReference>()) Add(r.Href, r.Size, r.Checksum, r.ChecksumType, folder, metsPath);
        foreach (var f in mets.Files) Add(f.Location?.Href, f.Size, f.Checksum, f.ChecksumType, folder, metsPath);
    }

    private void Add(string? href, string? size, string? checksum, string? checksumType, string folder, string metsPath)
    {
        if (string.IsNullOrEmpty(href)) return;
        var path = MetsHref.Resolve(href, folder, files.Has);
        if (path is null || !files.Has(path))
        {
            files.Findings.Add(Tt05Rules.Get("VN-C11"), path ?? metsPath, metsPath, "–");
            return;
        }
        if (!_promised.TryGetValue(path, out var promises)) _promised[path] = promises = [];
        promises.Add(new Promise(size, checksum, DigestAlgorithm.Find(checksumType), metsPath));
    }
}
