namespace Preservation.Catalogue.Model;

/// <summary>Which files a document consists of.</summary>
public sealed class DocumentFile
{
    public required Guid DocumentId { get; init; }
    public required long FileId { get; init; }
}
