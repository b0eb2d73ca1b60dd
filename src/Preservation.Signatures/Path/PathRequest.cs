using System.Collections.Immutable;

namespace Preservation.Signatures.Path;

/// <summary>The inputs of RFC 5280 §6.1.1 that are not the path itself. Nothing is ever fetched.</summary>
public sealed record PathRequest
{
    /// <summary>Certificates that end a path.</summary>
    public required TrustAnchors TrustAnchors { get; init; }

    /// <summary>Certificates that may stand between, DER or PEM.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Intermediates { get; init; } = [];

    /// <summary>Revocation lists, DER or PEM: complete, partial, indirect and delta.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Crls { get; init; } = [];

    /// <summary>OCSP responses, DER or PEM.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> OcspResponses { get; init; } = [];

    /// <summary>user-initial-policy-set as object identifiers; empty for any policy. Asking for policies asks that the path has one.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>initial-explicit-policy.</summary>
    public bool ExplicitPolicy { get; init; }

    /// <summary>initial-any-policy-inhibit.</summary>
    public bool InhibitAnyPolicy { get; init; }

    /// <summary>initial-policy-mapping-inhibit.</summary>
    public bool InhibitPolicyMapping { get; init; }

    /// <summary>Bounds on the work.</summary>
    public SignatureLimits Limits { get; init; } = SignatureLimits.Default;
}
