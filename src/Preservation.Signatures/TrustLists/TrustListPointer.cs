using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>Where another list is and who signs it (TS 119 612 §5.3.13).</summary>
/// <param name="Location">Its address.</param>
/// <param name="Territory">Its territory; null when that is not said.</param>
/// <param name="Type">Its type, a URI; null when that is not said.</param>
/// <param name="Signers">Certificates of those who may sign it, DER.</param>
public sealed record TrustListPointer(string Location, string? Territory, string? Type, ImmutableArray<ReadOnlyMemory<byte>> Signers);
