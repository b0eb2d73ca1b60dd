using System.Collections.Immutable;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Versions;

/// <summary>Gathers additional digests (OCFL §3.5.4). No <c>size</c> block: a public validator rejects it, and METS has the sizes.</summary>
internal static class FixityBlock
{
    /// <summary>The inventory with everything the previous one had and what the planned files add.</summary>
    /// <exception cref="ArgumentException">Two values of one algorithm for the same content.</exception>
    public static Inventory Extend(Inventory draft, Inventory? previous, IEnumerable<PlannedFile> files)
    {
        var known = new Dictionary<(string Algorithm, string ContentPath), string>();
        foreach (var (algorithm, block) in previous?.Fixity ?? draft.Fixity)
            foreach (var (value, paths) in block)
                foreach (var path in paths) Add(known, algorithm, path, value);
        foreach (var file in files)
            foreach (var digest in file.Fixity)
                if (digest.Algorithm != draft.DigestAlgorithm)
                    foreach (var path in draft.Manifest[file.Sha512]) Add(known, digest.Algorithm.Name, path, digest.Hex);
        var blocks = known.GroupBy(k => k.Key.Algorithm).ToDictionary(
            g => g.Key,
            IReadOnlyDictionary<string, ImmutableArray<string>> (g) => g.GroupBy(k => k.Value).ToDictionary(
                v => v.Key, v => v.Select(k => k.Key.ContentPath).Order(StringComparer.Ordinal).ToImmutableArray()));
        return new Inventory
        {
            Id = draft.Id,
            Specification = draft.Specification,
            DigestAlgorithm = draft.DigestAlgorithm,
            ContentDirectory = draft.ContentDirectory,
            DeclaresContentDirectory = draft.DeclaresContentDirectory,
            Manifest = draft.Manifest,
            Versions = draft.Versions,
            Fixity = blocks,
        };
    }

    private static void Add(Dictionary<(string, string), string> known, string algorithm, string path, string value)
    {
        if (known.TryGetValue((algorithm, path), out var other) && other != value)
            throw new ArgumentException($"two {algorithm} values for {path}");
        known[(algorithm, path)] = value;
    }
}
