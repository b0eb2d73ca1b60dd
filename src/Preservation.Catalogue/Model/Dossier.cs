namespace Preservation.Catalogue.Model;

/// <summary>A dossier (hồ sơ).</summary>
public sealed class Dossier
{
    public required Guid Id { get; init; }
    public required Guid PackageId { get; init; }
    public required string Code { get; init; }
    public required string Title { get; init; }
    public string? StartText { get; init; }
    public string? EndText { get; init; }
    public required string Fields { get; init; }
}
