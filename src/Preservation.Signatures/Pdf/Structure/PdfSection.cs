namespace Preservation.Signatures.Pdf.Structure;

/// <summary>One cross-reference section with its trailer; what a hybrid file keeps in a stream beside its table is in it.</summary>
/// <param name="Offset">Where the section begins, as pointers name it once resolved.</param>
/// <param name="Entries">By object number.</param>
/// <param name="Trailer">The trailer, or the dictionary of the cross-reference stream.</param>
internal sealed record PdfSection(long Offset, IReadOnlyDictionary<int, PdfEntry> Entries, PdfObject.Dictionary Trailer);
