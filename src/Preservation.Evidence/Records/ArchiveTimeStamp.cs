using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.Records;

/// <summary>ArchiveTimeStamp (RFC 4998 §4.1, RFC 6283 §3.1).</summary>
/// <param name="AlgorithmName">Object identifier or URI of the hash tree's function, as found.</param>
/// <param name="Algorithm">The function; null when it is not known.</param>
/// <param name="Lists">The reduced hash tree, bottom first; empty when there is none.</param>
/// <param name="Token">The time-stamp token.</param>
/// <param name="TokenEncoded">The token's ContentInfo as found.</param>
/// <param name="Encoded">The whole archive time-stamp as found; empty for XML.</param>
internal sealed record ArchiveTimeStamp(
    string AlgorithmName, HashFunction? Algorithm, ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> Lists,
    TimeStampToken Token, ReadOnlyMemory<byte> TokenEncoded, ReadOnlyMemory<byte> Encoded);
