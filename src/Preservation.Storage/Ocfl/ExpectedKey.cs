using Preservation.Core.Digests;

namespace Preservation.Storage.Ocfl;

/// <summary>A key an object must have.</summary>
/// <param name="Key">The exact key.</param>
/// <param name="Digest">What its bytes hash to; null where the inventory cannot say (inventories of earlier versions).</param>
/// <param name="Bytes">Its length; null where unknown.</param>
public sealed record ExpectedKey(string Key, Digest? Digest, long? Bytes);
