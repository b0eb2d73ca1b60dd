namespace Preservation.Catalogue.Model;

/// <summary>One pass over the copies that were due.</summary>
public sealed class FixityRun
{
    public required Guid Id { get; set; }
    public required RunKind Kind { get; set; }
    public Guid? RequestedBy { get; set; }
    public Guid? PackageId { get; set; }
    public required RunState State { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public required DateTimeOffset Cutoff { get; set; }
    public long CopiesRead { get; set; }
    public long FilesRead { get; set; }
    public long BytesRead { get; set; }
    public long Problems { get; set; }
    public long Repaired { get; set; }
}
