namespace Preservation.Catalogue.Model;

/// <summary>A revocation list that a token rests on and that was too long to go into it.</summary>
public sealed class EvidenceTokenMaterial
{
    public required Guid TokenId { get; init; }
    public required Guid MaterialId { get; init; }
}
