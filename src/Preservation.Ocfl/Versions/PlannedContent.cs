using Preservation.Core.Digests;

namespace Preservation.Ocfl.Versions;

/// <summary>A content that a new version adds.</summary>
/// <param name="ContentPath">Where it is written, relative to the object's root.</param>
/// <param name="LogicalPath">The file of the planned state whose bytes are taken.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest">What the bytes must hash to.</param>
public sealed record PlannedContent(string ContentPath, string LogicalPath, long Bytes, Digest Digest);
