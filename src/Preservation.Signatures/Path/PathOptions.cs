using System.Collections.Immutable;

namespace Preservation.Signatures.Path;

/// <summary>The inputs of RFC 5280 §6.1.1 besides path, time and anchor.</summary>
internal sealed record PathOptions
{
    public static PathOptions Default { get; } = new();

    public ValidityModel Model { get; init; }

    /// <summary>user-initial-policy-set; empty for any policy.</summary>
    public ImmutableHashSet<string> InitialPolicies { get; init; } = [];

    public bool ExplicitPolicy { get; init; }
    public bool InhibitAnyPolicy { get; init; }
    public bool InhibitPolicyMapping { get; init; }
}
