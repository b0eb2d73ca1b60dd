namespace Preservation.Catalogue.Model;

/// <summary>A stored key that was not what it must be, and what was done.</summary>
public sealed class FixityProblem
{
    public required Guid Id { get; set; }
    public required Guid RunId { get; set; }
    public required Guid PackageId { get; set; }
    public required string Store { get; set; }
    public required string Key { get; set; }
    public required FixityOutcome Outcome { get; set; }
    public required byte[] ExpectedSha512 { get; set; }
    public byte[]? ObservedSha512 { get; set; }
    public long? ObservedBytes { get; set; }
    public string? Detail { get; set; }
    public required DateTimeOffset FoundAt { get; set; }
    public string? QuarantineKey { get; set; }
    public string? RepairedFrom { get; set; }
    public DateTimeOffset? RepairedAt { get; set; }
    public required string Action { get; set; }
}
