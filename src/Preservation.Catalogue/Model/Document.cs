namespace Preservation.Catalogue.Model;

/// <summary>A document (tài liệu).</summary>
public sealed class Document
{
    public required Guid Id { get; init; }
    public required Guid PackageId { get; init; }
    public required string Code { get; init; }
    public string? Number { get; init; }
    public string? Notation { get; init; }
    public string? IssuedText { get; init; }
    public DateOnly? IssuedFrom { get; init; }
    public DateOnly? IssuedUntil { get; init; }
    public string? Issuer { get; init; }
    public string? Type { get; init; }
    public string? Abstract { get; init; }
    public required string Fields { get; init; }
}
