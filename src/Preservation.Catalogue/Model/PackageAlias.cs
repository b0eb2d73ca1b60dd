namespace Preservation.Catalogue.Model;

/// <summary>Another name of a package, unique in its scheme and never reused.</summary>
public sealed class PackageAlias
{
    public required Guid Id { get; set; }
    public required Guid PackageId { get; set; }
    public required string Scheme { get; set; }
    public required string Code { get; set; }
    public required DateTimeOffset ValidFrom { get; set; }
    public DateTimeOffset? ValidUntil { get; set; }
}
