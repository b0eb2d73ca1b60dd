namespace Preservation.Catalogue.Model;

/// <summary>What an escrow said after a pass, as it came.</summary>
public sealed class EscrowReport
{
    public required Guid Id { get; init; }

    /// <summary>What the escrow is called.</summary>
    public required string Escrow { get; init; }

    /// <summary>1 for its first.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The beginning of the last pass after which it held everything; null when there was none.</summary>
    public DateTimeOffset? CompleteUntil { get; init; }

    /// <summary>Objects it holds.</summary>
    public required long Objects { get; init; }

    /// <summary>The report's file.</summary>
    public required byte[] Body { get; init; }

    public required byte[] Sha512 { get; init; }

    /// <summary>Detached CMS signature by the escrow's key.</summary>
    public required byte[] Signature { get; init; }

    public required Guid ReceivedBy { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}
