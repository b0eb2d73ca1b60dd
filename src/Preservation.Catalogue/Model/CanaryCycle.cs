namespace Preservation.Catalogue.Model;

/// <summary>One round of canaries: everything in it is drawn from a seed that is committed to at its start and told after its end.</summary>
public sealed class CanaryCycle
{
    public required Guid Id { get; set; }
    public required long Number { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public required DateTimeOffset EndsAt { get; set; }

    /// <summary>SHA-256 of the seed.</summary>
    public required byte[] Commitment { get; set; }

    /// <summary>The seed while the round goes on; never journaled.</summary>
    public byte[]? Secret { get; set; }

    /// <summary>The seed when it was revealed.</summary>
    public byte[]? Seed { get; set; }

    public DateTimeOffset? RevealedAt { get; set; }
}
