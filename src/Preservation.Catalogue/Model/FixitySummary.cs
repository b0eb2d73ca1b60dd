namespace Preservation.Catalogue.Model;

/// <summary>What is left of a month's results after they were dropped.</summary>
public sealed class FixitySummary
{
    /// <summary>The month's first day.</summary>
    public required DateOnly Month { get; set; }

    public required string Store { get; set; }
    public required FixityOutcome Outcome { get; set; }
    public required long Copies { get; set; }
    public required long Keys { get; set; }
    public required long Bytes { get; set; }
}
