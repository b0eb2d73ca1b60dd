using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures;

/// <summary>A digest by any function that signatures may name.</summary>
public sealed record NamedDigest
{
    private NamedDigest(HashFunction hash, ImmutableArray<byte> value) => (Hash, Value) = (hash, value);

    /// <summary>The function's name, as <c>SHA3-256</c>.</summary>
    public string Algorithm => Hash.Name;

    /// <summary>The value, as long as the function makes it.</summary>
    public ImmutableArray<byte> Value { get; }

    internal HashFunction Hash { get; }

    /// <summary>False for an unknown function and for a value of another length. Names are taken with and without dashes, in either case.</summary>
    public static bool TryCreate(string algorithm, ReadOnlySpan<byte> value, [NotNullWhen(true)] out NamedDigest? digest)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var hash = HashFunction.All.FirstOrDefault(h => Bare(h.Name).Equals(Bare(algorithm), StringComparison.OrdinalIgnoreCase));
        digest = hash is not null && hash.Bytes == value.Length ? new NamedDigest(hash, [.. value]) : null;
        return digest is not null;
    }

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("/", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
}
