namespace Preservation.Catalogue.Model;

/// <summary>One finding of a submission, kept for ever.</summary>
public sealed class SubmissionFinding
{
    public required Guid SubmissionId { get; init; }
    public required int Ordinal { get; init; }
    public required string Code { get; init; }
    public required string Severity { get; init; }
    public required string Clause { get; init; }
    public required string Path { get; init; }
    public string? Expected { get; init; }
    public string? Found { get; init; }
    public required string MessageEn { get; init; }
    public required string MessageVi { get; init; }
    public required string HintEn { get; init; }
    public required string HintVi { get; init; }
}
