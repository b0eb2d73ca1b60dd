using System.Collections.Immutable;

namespace Preservation.Signatures.Pdf;

/// <summary>What a pass over a PDF found.</summary>
/// <param name="Signatures">Dictionaries with a byte range, in the order of the file, thus of its revisions.</param>
/// <param name="Ends">Offsets behind each <c>%%EOF</c>, with the number of the <c>startxref</c> before it; -1 without one.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Objects">Where each object number is defined last.</param>
/// <param name="Trailers">Where the dictionaries behind <c>trailer</c> begin.</param>
/// <param name="LastObject">Where the last object of the file begins.</param>
internal sealed record PdfScan(
    ImmutableArray<PdfSignatureDictionary> Signatures, ImmutableArray<(long End, long Pointer)> Ends, long Bytes,
    IReadOnlyDictionary<int, long> Objects, IReadOnlyList<long> Trailers, long LastObject);
