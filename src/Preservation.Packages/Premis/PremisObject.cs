using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary>A PREMIS 3.0 object.</summary>
public sealed record PremisObject
{
    /// <summary>Its category.</summary>
    public required PremisObjectCategory Category { get; init; }

    /// <summary>At least one identifier.</summary>
    public required ImmutableArray<PremisIdentifier> Identifiers { get; init; }

    /// <summary>Digests; only files and bitstreams have them.</summary>
    public ImmutableArray<PremisFixity> Fixity { get; init; } = [];

    /// <summary>Length in bytes; only files have it.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Formats; a file without one is written with the name <c>unknown</c>, because the schema wants one.</summary>
    public ImmutableArray<PremisFormat> Formats { get; init; } = [];

    /// <summary>The name it was received with.</summary>
    public string? OriginalName { get; init; }

    /// <summary>Where it is kept; all but intellectual entities may have it.</summary>
    public ImmutableArray<PremisStorage> Storage { get; init; } = [];

    /// <summary>Signatures.</summary>
    public ImmutableArray<PremisSignature> Signatures { get; init; } = [];

    /// <summary>Relationships to other objects.</summary>
    public ImmutableArray<PremisRelationship> Relationships { get; init; } = [];

    /// <summary>Events that touched it.</summary>
    public ImmutableArray<PremisIdentifier> Events { get; init; } = [];
}
