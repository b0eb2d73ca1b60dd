using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>What the inventories of all objects of a tree say of contents, so that each content is read once.</summary>
internal sealed class ContentExpectations(FileIndex index)
{
    private readonly FilePromises _promises = new(index);

    /// <summary>Adds what an inventory says; a content that is not there is told at once.</summary>
    public void Add(ObjectFiles files, InventoryFile inventory, FindingLog log)
    {
        var document = inventory.Document;
        if (DigestAlgorithm.FindInPackage(document.DigestAlgorithm) is { } algorithm && document.Manifest is not null) Add(files, inventory, document.Manifest, algorithm, "E092", log);
        foreach (var (name, block) in document.Fixity ?? [])
        {
            if (DigestAlgorithm.Known.FirstOrDefault(a => a.Name == name) is { } known) Add(files, inventory, block, known, "E093", log);
            else if (name == "size") CheckSizes(files, document, block, log);
        }
    }

    /// <summary>Reads and compares.</summary>
    public Task CheckAsync(IFileTree tree, OcflOptions options, FindingLog log, CancellationToken cancellationToken) =>
        _promises.CheckAsync(tree, options.Parallelism, log.Add, path => log.Add(new Finding(ArchiveRules.DamagedEntry, path)), cancellationToken);

    private void Add(ObjectFiles files, InventoryFile inventory, DigestMap map, DigestAlgorithm algorithm, string code, FindingLog log)
    {
        var texts = inventory.Document.Texts;
        var rule = OcflRules.Of(code);
        var source = _promises.AddSource(inventory.Folder + Sidecar.InventoryName, rule, rule);
        Span<byte> value = stackalloc byte[Digest.MaxBytes];
        foreach (var (digest, path) in map.Pairs)
        {
            var file = files.FindFile(texts.Paths.Utf8(path));
            if (file < 0) log.Add(code, texts.Paths[path], $"{algorithm.Name}:{texts.Digest(digest)}", "no file");
            else if (texts.TryDecode(digest, algorithm, value)) _promises.Add(file, source, size: null, algorithm, value);
            else log.Add(code, texts.Paths[path], $"{algorithm.Name}:{texts.Digest(digest)}");
        }
    }

    private void CheckSizes(ObjectFiles files, InventoryDocument document, DigestMap block, FindingLog log)
    {
        foreach (var (digest, path) in block.Pairs)
            if (files.FindFile(document.Texts.Paths[path]) is >= 0 and var file && index.BytesOf(file).ToString(CultureInfo.InvariantCulture) != document.Texts.Digest(digest))
                log.Add("E093", document.Texts.Paths[path], document.Texts.Digest(digest) + " bytes", index.BytesOf(file).ToString(CultureInfo.InvariantCulture) + " bytes");
    }
}
