using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>What a TrustServiceStatusList says (ETSI TS 119 612), believed or not.</summary>
public sealed record TrustList
{
    /// <summary>5 or 6 (§5.3.1).</summary>
    public required int Version { get; init; }

    /// <summary>Rises with each edition of the scheme's list (§5.3.2).</summary>
    public required long SequenceNumber { get; init; }

    /// <summary>A URI (§5.3.3).</summary>
    public required string Type { get; init; }

    /// <summary>Who issues it, in English where the list has that (§5.3.4).</summary>
    public required string Operator { get; init; }

    /// <summary>Country or region (§5.3.10); empty when it is not said.</summary>
    public required string Territory { get; init; }

    /// <summary>§5.3.14.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The latest time by which another edition comes (§5.3.15); null for a list that is closed for good.</summary>
    public required DateTimeOffset? NextUpdate { get; init; }

    /// <summary>Pointers to other lists (§5.3.13).</summary>
    public ImmutableArray<TrustListPointer> Pointers { get; init; } = [];

    /// <summary>Trust service providers (§5.3.18).</summary>
    public ImmutableArray<TrustServiceProvider> Providers { get; init; } = [];

    /// <summary>Is it a list of lists, which vouches for those it points to.</summary>
    public bool IsListOfLists => Type.EndsWith("listofthelists", StringComparison.OrdinalIgnoreCase);

    /// <summary>What its editions have in common: territory, type and operator.</summary>
    public string Scheme => string.Join('\n', Territory, Type, Operator);
}
