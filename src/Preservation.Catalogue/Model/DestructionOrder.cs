namespace Preservation.Catalogue.Model;

/// <summary>What those who hold copies in escrow are to destroy: asked for by one person, approved by another, withdrawn by one of the two.</summary>
public sealed class DestructionOrder
{
    public required Guid Id { get; init; }

    /// <summary>Number of the decision it rests on.</summary>
    public required string DecisionNumber { get; init; }

    public required DateOnly DecisionDate { get; init; }

    /// <summary>The body that decided.</summary>
    public required string DecidedBy { get; init; }

    public required Guid AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public Guid? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>Nothing is destroyed earlier; until then it can be withdrawn without loss.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The sealed order, and beside it its sealed withdrawal; null before it is approved.</summary>
    public Guid? DocumentId { get; set; }

    public Guid? WithdrawnBy { get; set; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public string? WithdrawalReason { get; set; }
}
