namespace Preservation.Catalogue.Model;

/// <summary>One reading of one copy: the worst of what its keys showed. Kept by the month.</summary>
public sealed class FixityResult
{
    public required DateTimeOffset At { get; set; }
    public required string Store { get; set; }
    public required Guid PackageId { get; set; }
    public required Guid RunId { get; set; }
    public required FixityOutcome Outcome { get; set; }
    public required int Keys { get; set; }
    public required long Bytes { get; set; }
}
