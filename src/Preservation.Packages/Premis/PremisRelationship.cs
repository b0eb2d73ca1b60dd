using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary><c>relationship</c> (<c>structural</c> / <c>is Part Of</c>, <c>derivation</c> / <c>has Source</c>).</summary>
public sealed record PremisRelationship(string Type, string SubType, ImmutableArray<PremisIdentifier> Objects)
{
    /// <summary><c>relatedEventIdentifier</c>: the events that brought the relationship about, for instance a migration.</summary>
    public ImmutableArray<PremisIdentifier> Events { get; init; } = [];
}
