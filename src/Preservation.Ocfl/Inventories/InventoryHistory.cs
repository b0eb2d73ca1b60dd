using System.Security.Cryptography;
using System.Text;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Inventories;

/// <summary>Does a later inventory of an object leave alone what an earlier one says (OCFL §3.5.3, §3.6)?</summary>
public static class InventoryHistory
{
    private const int MaxShown = 200;

    /// <summary>
    /// The first thing that the later inventory says otherwise of the versions the earlier one has: what they show, when, why and by whom they were made, and what their
    /// contents hash to. Null when versions were added and nothing else was touched. A digest of each path of the earlier inventory is held meanwhile.
    /// </summary>
    /// <param name="earlier">What was believed before.</param>
    /// <param name="later">What is offered now.</param>
    public static string? Difference(Inventory earlier, Inventory later)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(later);
        if (earlier.Id != later.Id) return "another object";
        if (later.Head.Number < earlier.Head.Number) return $"{earlier.Head.Name} is gone";
        if (earlier.DigestAlgorithm != later.DigestAlgorithm || earlier.ContentDirectory != later.ContentDirectory) return "another digest algorithm or content folder";
        foreach (var version in earlier.Versions)
            if (later.Versions[version.Number.Number - 1] != version) return $"{version.Number.Name}: time, message or user";
        return PairDifference(earlier, later);
    }

    private static string? PairDifference(Inventory earlier, Inventory later)
    {
        var before = new NameSet();
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        foreach (var pair in earlier.Pairs(InventoryPairs.Manifest, InventoryPairs.Versions))
        {
            Digest(pair, digest);
            before.TryAdd(digest, out _);
        }
        var found = 0;
        foreach (var pair in later.Pairs(InventoryPairs.Manifest, InventoryPairs.Versions))
        {
            var version = VersionOf(pair);
            if (version > later.Head.Number) return Shown(pair.Path) + ": a content of no version";
            if (version > earlier.Head.Number) continue;
            Digest(pair, digest);
            if (before.Find(digest) < 0) return $"{(pair.Block == InventoryPairs.Manifest ? "content" : pair.Name)} {Shown(pair.Path)}";
            found++;
        }
        return found == before.Count ? null : $"{before.Count - found} paths of earlier versions are gone";
    }

    private static int VersionOf(InventoryPair pair)
    {
        var name = pair.Block == InventoryPairs.Manifest ? pair.Path[..Math.Max(0, pair.Path.IndexOf('/', StringComparison.Ordinal))] : pair.Name;
        return VersionNumber.TryParse(name, out var version) ? version.Number : throw new InvalidOperationException("the rules let no such path pass");
    }

    private static void Digest(InventoryPair pair, Span<byte> digest) =>
        SHA512.HashData(Encoding.UTF8.GetBytes($"{pair.Block}\n{pair.Name}\n{pair.Digest.ToLowerInvariant()}\n{pair.Path}"), digest);

    private static string Shown(string path) => path.Length > MaxShown ? path[..MaxShown] : path;
}
