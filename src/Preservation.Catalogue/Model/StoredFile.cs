namespace Preservation.Catalogue.Model;

/// <summary>A file of a package: its logical path between two versions.</summary>
public sealed class StoredFile
{
    public long Id { get; set; }
    public required Guid PackageId { get; set; }
    public required string LogicalPath { get; set; }
    public required int VersionFrom { get; set; }

    /// <summary>The first version that shows it no more; null while the head does.</summary>
    public int? VersionUntil { get; set; }
    public required long Bytes { get; set; }
    public required byte[] Sha256 { get; set; }
    public required byte[] Sha512 { get; set; }
    public string? Puid { get; set; }
    public string? Format { get; set; }
    public string? MediaType { get; set; }
}
