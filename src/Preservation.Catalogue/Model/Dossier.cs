namespace Preservation.Catalogue.Model;

/// <summary>A dossier (hồ sơ).</summary>
public sealed class Dossier
{
    public required Guid Id { get; init; }
    public required Guid PackageId { get; init; }
    public required string Code { get; set; }
    public required string Title { get; set; }
    public string? StartText { get; set; }
    public string? EndText { get; set; }
    public required string Fields { get; set; }
}
