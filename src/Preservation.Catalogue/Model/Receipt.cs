namespace Preservation.Catalogue.Model;

/// <summary>A sealed statement to the sender.</summary>
public sealed class Receipt
{
    public required Guid Id { get; init; }
    public required Guid SubmissionId { get; init; }
    public required ReceiptKind Kind { get; init; }
    public required byte[] Body { get; init; }
    public required byte[] Sha512 { get; init; }
    public required byte[] Seal { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
}
