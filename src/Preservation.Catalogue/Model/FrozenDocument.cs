namespace Preservation.Catalogue.Model;

/// <summary>A document that was made once and is kept as it was made.</summary>
public sealed class FrozenDocument
{
    public required Guid Id { get; set; }
    public required string Kind { get; set; }

    /// <summary>Whose it is; null for the archive's own.</summary>
    public Guid? AgencyId { get; set; }

    public required string Title { get; set; }
    public Guid? MadeBy { get; set; }
    public required DateTimeOffset MadeAt { get; set; }
}
