namespace Preservation.Catalogue.Model;

/// <summary>The place of a document in a dossier; one document may stand in several.</summary>
public sealed class DossierDocument
{
    public required Guid DossierId { get; init; }
    public required Guid DocumentId { get; init; }
    public required int Ordinal { get; set; }
}
