namespace Preservation.Signatures.Pdf.Structure;

/// <summary>Where an object stands (ISO 32000-2 §7.5.4, §7.5.8.3).</summary>
/// <param name="Kind">Free, at an offset, or in an object stream.</param>
/// <param name="Position">Offset, or number of the object stream.</param>
/// <param name="Index">Generation, or index within the stream.</param>
internal readonly record struct PdfEntry(PdfEntryKind Kind, long Position, int Index);
