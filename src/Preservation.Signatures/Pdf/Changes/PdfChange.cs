namespace Preservation.Signatures.Pdf.Changes;

/// <summary>One difference between two revisions.</summary>
/// <param name="Kind">What it amounts to.</param>
/// <param name="Path">Where it was met, from the trailer: <c>Root/Pages/Kids/0/Contents</c>.</param>
/// <param name="ObjectNumber">The object that holds it in the later revision; zero for the trailer.</param>
/// <param name="Field">Name of the form field that it belongs to.</param>
internal sealed record PdfChange(PdfChangeKind Kind, string Path, int ObjectNumber, string? Field = null);
