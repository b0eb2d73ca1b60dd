using System.Collections;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.BagIt;

/// <summary>A manifest: its algorithm, null when we do not compute it, which files of the bag it lists, which lines of <c>fetch.txt</c>, and its number among those who promise.</summary>
internal sealed record BagManifest(string Path, string AlgorithmName, DigestAlgorithm? Algorithm, bool IsTag, BitArray Listed, int Source)
{
    public NumberSet Fetched { get; } = new();

    /// <summary>The name of the algorithm as manifests must write it (RFC 8493 §2.4).</summary>
    public string NormalName => string.Concat(AlgorithmName.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
