namespace Preservation.Catalogue.Model;

/// <summary>A submission agreement with an agency.</summary>
public sealed class Agreement
{
    public required Guid Id { get; init; }
    public required Guid AgencyId { get; init; }
    public required string Code { get; init; }
    public required string Title { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
