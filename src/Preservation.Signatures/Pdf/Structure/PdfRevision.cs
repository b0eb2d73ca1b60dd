namespace Preservation.Signatures.Pdf.Structure;

/// <summary>One saving of a document: what it adds to those before it (ISO 32000-2 §7.5.6).</summary>
/// <param name="End">Offset behind its <c>%%EOF</c>.</param>
/// <param name="Changed">Objects that it writes anew, moves or frees; all of them for the first.</param>
/// <param name="Trailer">Its trailer.</param>
internal sealed record PdfRevision(long End, IReadOnlySet<int> Changed, PdfObject.Dictionary Trailer);
