namespace Preservation.Catalogue.Model;

/// <summary>One OCFL version of a package.</summary>
public sealed class PackageVersion
{
    public required Guid PackageId { get; init; }
    public required int Version { get; init; }
    public Guid? SubmissionId { get; init; }
    public required byte[] InventorySha512 { get; init; }
    public required string Message { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the package says about itself in this version, as JSON; null for versions recorded before it was kept.</summary>
    public string? Description { get; init; }
}
