namespace Preservation.Catalogue.Model;

/// <summary>A fonds (phông lưu trữ) of an agency.</summary>
public sealed class Fonds
{
    public required Guid Id { get; init; }
    public required Guid AgencyId { get; init; }
    public required string Code { get; init; }
    public required string Name { get; init; }
    public required bool IsOpen { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
