namespace Preservation.Catalogue.Model;

/// <summary>One act of one person on a submission, or on all of a round at once.</summary>
public sealed class Decision
{
    public required Guid Id { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>The round it is on as a whole; null for one submission.</summary>
    public Guid? RoundId { get; init; }

    public required DecisionKind Kind { get; init; }
    public string? Reason { get; init; }
    public required Guid DecidedBy { get; init; }
    public required DateTimeOffset DecidedAt { get; init; }
}
