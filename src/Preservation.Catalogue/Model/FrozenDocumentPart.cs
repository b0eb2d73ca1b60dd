namespace Preservation.Catalogue.Model;

/// <summary>One file of a frozen document with the service's seal beside it; a version that a person signed is a part too.</summary>
public sealed class FrozenDocumentPart
{
    public required Guid DocumentId { get; set; }
    public required string Name { get; set; }
    public required string MediaType { get; set; }
    public required byte[] Body { get; set; }
    public required byte[] Sha512 { get; set; }

    /// <summary>A detached CMS signature over the body.</summary>
    public required byte[] Seal { get; set; }

    /// <summary>Who added it; null for the service.</summary>
    public Guid? AddedBy { get; set; }

    public required DateTimeOffset AddedAt { get; set; }
}
