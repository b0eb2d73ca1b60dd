using System.Collections.Immutable;

namespace Preservation.Signatures.Pdf;

/// <summary>What a pass over a PDF found.</summary>
/// <param name="Signatures">Dictionaries with a byte range, in the order of the file, thus of its revisions.</param>
/// <param name="Ends">Offsets behind each <c>%%EOF</c>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Rewritten">Numbers of signature objects that the file defines again further on.</param>
internal sealed record PdfScan(
    ImmutableArray<PdfSignatureDictionary> Signatures, ImmutableArray<long> Ends, long Bytes, ImmutableHashSet<long> Rewritten);
