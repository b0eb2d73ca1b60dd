namespace Preservation.Catalogue.Model;

/// <summary>A document (tài liệu).</summary>
public sealed class Document
{
    public required Guid Id { get; init; }
    public required Guid PackageId { get; set; }
    public required string Code { get; set; }
    public required int VersionFrom { get; init; }

    /// <summary>The first version that speaks of it no more; null while the head does.</summary>
    public int? VersionUntil { get; set; }
    public string? Number { get; set; }
    public string? Notation { get; set; }
    public string? IssuedText { get; set; }
    public DateOnly? IssuedFrom { get; set; }
    public DateOnly? IssuedUntil { get; set; }
    public string? Issuer { get; set; }
    public string? Type { get; set; }
    public string? Abstract { get; set; }
    public required string Fields { get; set; }
}
