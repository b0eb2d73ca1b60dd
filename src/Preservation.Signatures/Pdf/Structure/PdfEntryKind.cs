namespace Preservation.Signatures.Pdf.Structure;

internal enum PdfEntryKind : byte
{
    Free,
    Offset,
    Compressed,
}
