using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>How a service is told by its key (TS 119 612 §5.5.3).</summary>
public sealed record ServiceIdentity
{
    /// <summary>Certificates of the service's key, DER; only those that can be read.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Certificates { get; init; } = [];

    /// <summary>Subject key identifiers, hexadecimal.</summary>
    public ImmutableArray<string> SubjectKeyIds { get; init; } = [];

    /// <summary>Subject names as the list writes them.</summary>
    public ImmutableArray<string> SubjectNames { get; init; } = [];

    /// <summary>How many certificates could not be read.</summary>
    public int Unreadable { get; init; }
}
