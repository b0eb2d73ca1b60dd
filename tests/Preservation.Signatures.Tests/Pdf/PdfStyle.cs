namespace Preservation.Signatures.Tests.Pdf;

/// <summary>How a revision writes where its objects are.</summary>
public enum PdfStyle
{
    Table,
    Stream,
    ObjectStream,
    Hybrid,
}
