using System.Collections.Immutable;

namespace Preservation.Signatures.Pdf;

/// <summary>A signature dictionary as it stands in the file (ISO 32000-2 table 255). Offsets count from the file's first byte.</summary>
/// <param name="ObjectNumber">Number of the indirect object that holds it; zero when it stands inside another.</param>
/// <param name="Offset">Where the dictionary begins.</param>
/// <param name="ByteRange">Pairs of offset and length, as written.</param>
/// <param name="Contents">The decoded hex string.</param>
/// <param name="ContentsStart">Offset of its <c>&lt;</c>.</param>
/// <param name="ContentsEnd">Offset behind its <c>&gt;</c>.</param>
/// <param name="SubFilter">Name without slash; empty when missing.</param>
internal sealed record PdfSignatureDictionary(
    long ObjectNumber, long Offset, ImmutableArray<long> ByteRange, ReadOnlyMemory<byte> Contents,
    long ContentsStart, long ContentsEnd, string SubFilter);
