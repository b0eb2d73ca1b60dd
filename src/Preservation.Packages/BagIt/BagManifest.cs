using Preservation.Core.Digests;

namespace Preservation.Packages.BagIt;

/// <summary>A manifest's lines, names as written.</summary>
internal sealed record BagManifest(string Path, DigestAlgorithm? Algorithm, bool IsTag, IReadOnlyList<BagManifestLine> Lines);

/// <summary>One line of a manifest.</summary>
internal readonly record struct BagManifestLine(int Number, Digest? Digest, string Path);

/// <summary>One line of <c>fetch.txt</c>.</summary>
internal readonly record struct BagFetchLine(int Number, string Path);
