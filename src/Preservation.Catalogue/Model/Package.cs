namespace Preservation.Catalogue.Model;

/// <summary>A preserved package (AIP).</summary>
public sealed class Package
{
    public required Guid Id { get; set; }
    public required Guid SubmissionId { get; set; }
    public required Guid ProducerId { get; set; }
    public required Guid CustodianId { get; set; }
    public Guid? FondsId { get; set; }
    public required Guid AgreementVersionId { get; set; }
    public required string Kind { get; set; }
    public required string Title { get; set; }
    public required int HeadVersion { get; set; }
    public string? AccessMode { get; set; }
    public string? RetentionCode { get; set; }
    public string? RetentionBasis { get; set; }
    public DateOnly? RetentionEnd { get; set; }
    public required DateTimeOffset PreservedAt { get; set; }
    public required int Files { get; set; }
    public required long Bytes { get; set; }
    public string? Waiver { get; set; }
}
