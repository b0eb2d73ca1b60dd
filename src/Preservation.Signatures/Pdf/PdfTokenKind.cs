namespace Preservation.Signatures.Pdf;

internal enum PdfTokenKind
{
    End,
    Number,
    Name,
    Keyword,
    String,
    Hex,
    OpenArray,
    CloseArray,
    OpenDictionary,
    CloseDictionary,
}
