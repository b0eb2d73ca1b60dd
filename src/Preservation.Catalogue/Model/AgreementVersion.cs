namespace Preservation.Catalogue.Model;

/// <summary>The terms from a date on; every package stores the version it came under.</summary>
public sealed class AgreementVersion
{
    public required Guid Id { get; init; }
    public required Guid AgreementId { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset EffectiveFrom { get; init; }
    public required string Terms { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
