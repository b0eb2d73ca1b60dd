namespace Preservation.Catalogue.Model;

/// <summary>What the checks found out about some files of a submission, packed; gone when the submission has come to its end.</summary>
public sealed class SubmissionFacts
{
    public required Guid SubmissionId { get; init; }
    public required int Page { get; init; }
    public required byte[] Packed { get; init; }
}
