using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>What all inventories of an object say of its contents, so that each content is read once.</summary>
internal sealed class ContentExpectations
{
    private readonly Dictionary<string, List<(DigestAlgorithm Algorithm, string Hex, string Code)>> _byPath = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Size)> _sizes = [];

    public void Add(InventoryDocument document)
    {
        if (DigestAlgorithm.Find(document.DigestAlgorithm) is { } algorithm) Add(document.Manifest ?? [], algorithm, "E092");
        foreach (var (name, block) in document.Fixity ?? [])
        {
            if (DigestAlgorithm.All.FirstOrDefault(a => a.Name == name) is { } known) Add(block, known, "E093");
            else if (name == "size") _sizes.AddRange(block.SelectMany(b => b.Paths.Select(p => (p, b.Digest))));
        }
    }

    /// <summary>Compares; a content that is missing is reported by whoever expects it.</summary>
    public async Task CheckAsync(ObjectFiles files, OcflOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        foreach (var (path, size) in _sizes)
            if (files.FindFile(path) is { } entry && entry.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) != size)
                log.Add("E093", path, size + " bytes", entry.Bytes + " bytes");
        foreach (var (path, expected) in _byPath)
            if (files.FindFile(path) is null)
                foreach (var (algorithm, hex, code) in expected) log.Add(code, path, Text(algorithm, hex), "no file");
        if (!options.ChecksContent) return;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_byPath.Where(e => files.FindFile(e.Key) is not null), parallel,
            async (e, token) => await CheckAsync(files, e.Key, e.Value, log, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task CheckAsync(
        ObjectFiles files, string path, List<(DigestAlgorithm Algorithm, string Hex, string Code)> expected, FindingLog log, CancellationToken cancellationToken)
    {
        try
        {
            var digests = await files.DigestAsync(path, [.. expected.Select(e => e.Algorithm).Distinct()], cancellationToken).ConfigureAwait(false);
            foreach (var (algorithm, hex, code) in expected)
                if (!hex.Equals(digests[algorithm].Hex, StringComparison.OrdinalIgnoreCase))
                    log.Add(code, path, Text(algorithm, hex), digests[algorithm].ToString());
        }
        catch (InvalidDataException)
        {
            log.Add(new Core.Findings.Finding(ArchiveRules.DamagedEntry, path));
        }
    }

    private void Add(List<DigestPaths> map, DigestAlgorithm algorithm, string code)
    {
        foreach (var (digest, paths) in map)
            foreach (var path in paths)
            {
                if (!_byPath.TryGetValue(path, out var list)) _byPath[path] = list = new List<(DigestAlgorithm, string, string)>(1);
                if (!list.Exists(l => l.Algorithm == algorithm && l.Code == code && l.Hex.Equals(digest, StringComparison.OrdinalIgnoreCase)))
                    list.Add((algorithm, digest, code));
            }
    }

    private static string Text(DigestAlgorithm algorithm, string hex) => algorithm.Name + ":" + hex;
}
