namespace Preservation.Catalogue.Model;

/// <summary>What an escrow said of an order of destruction; there is one when it says something else than before.</summary>
public sealed class DestructionAcknowledgement
{
    public required Guid OrderId { get; init; }

    /// <summary>What the escrow is called.</summary>
    public required string Escrow { get; init; }

    /// <summary>Number of the report that says it.</summary>
    public required long ReportNumber { get; init; }

    public required Guid ReportId { get; init; }
    public required DestructionState State { get; init; }

    /// <summary>Objects of the order that the escrow has destroyed.</summary>
    public required int Destroyed { get; init; }

    /// <summary>Until when it can do nothing; null when that cannot be said.</summary>
    public DateTimeOffset? Until { get; init; }

    public required DateTimeOffset At { get; init; }
}
