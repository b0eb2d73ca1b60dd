namespace Preservation.Catalogue.Model;

/// <summary>One stored key: what must be there and when it was last proven.</summary>
public sealed class StoredCopy
{
    public long Id { get; set; }
    public required Guid PackageId { get; set; }
    public required string Store { get; set; }
    public required string Key { get; set; }
    public required CopyRole Role { get; set; }
    public string? LogicalPath { get; set; }
    public required int Version { get; set; }
    public string? StoreVersionId { get; set; }
    public required string Encoding { get; set; }
    public required long Bytes { get; set; }
    public required byte[] Sha512 { get; set; }
    public DateTimeOffset? LockUntil { get; set; }
    public required CopyState State { get; set; }
    public required DateTimeOffset WrittenAt { get; set; }

    /// <summary>When it was read last and something was to be written down of it; that it was read and is still right is said of the whole copy.</summary>
    public required DateTimeOffset LastReadAt { get; set; }
    public required FixityOutcome LastResult { get; set; }
}
