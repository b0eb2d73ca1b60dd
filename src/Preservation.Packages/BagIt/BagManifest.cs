using System.Collections;
using Preservation.Core.Digests;

namespace Preservation.Packages.BagIt;

/// <summary>A manifest: its algorithm, null when we do not compute it, and which files of the bag it lists.</summary>
internal sealed record BagManifest(string Path, DigestAlgorithm? Algorithm, bool IsTag, BitArray Listed);
