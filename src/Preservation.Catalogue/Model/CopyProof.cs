namespace Preservation.Catalogue.Model;

/// <summary>A copy that one process wrote and read back, for the process that records the object.</summary>
public sealed class CopyProof
{
    public required string ObjectId { get; set; }
    public required string Store { get; set; }
    public required byte[] InventorySha512 { get; set; }
    public required DateTimeOffset VerifiedAt { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
}
