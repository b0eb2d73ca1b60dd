using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary>Something that happened to objects.</summary>
public sealed record PremisEvent
{
    /// <summary>Its identifier.</summary>
    public required PremisIdentifier Identifier { get; init; }

    /// <summary>A word of the Library of Congress event type vocabulary (<c>ingestion</c>, <c>fixity check</c>, …).</summary>
    public required string Type { get; init; }

    /// <summary><c>eventDateTime</c>, as text (ISO 8601).</summary>
    public required string DateTime { get; init; }

    /// <summary>What was done, in words.</summary>
    public string? Detail { get; init; }

    /// <summary><c>success</c>, <c>fail</c>, <c>warning</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>What came of it, in words.</summary>
    public string? OutcomeDetail { get; init; }

    /// <summary>Who did it.</summary>
    public ImmutableArray<PremisLink> Agents { get; init; } = [];

    /// <summary>What it was done to.</summary>
    public ImmutableArray<PremisLink> Objects { get; init; } = [];
}
