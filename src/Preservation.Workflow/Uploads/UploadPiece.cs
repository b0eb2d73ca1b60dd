using Preservation.Core.Digests;

namespace Preservation.Workflow.Uploads;

/// <summary>Bytes that a request brings for an upload.</summary>
/// <param name="Offset">Where they belong.</param>
/// <param name="Body">The bytes; not trusted to be as long as announced.</param>
/// <param name="Announced">How many the request says there are; null when it does not say.</param>
/// <param name="Checksum">What they must add up to; null when the request does not say.</param>
public sealed record UploadPiece(long Offset, Stream Body, long? Announced, Digest? Checksum);
