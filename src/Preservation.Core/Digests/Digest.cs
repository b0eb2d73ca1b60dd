using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Preservation.Core.Digests;

/// <summary>A digest value together with the algorithm that made it; two are equal only if both agree.</summary>
public sealed record Digest
{
    /// <exception cref="ArgumentException">The value does not have the algorithm's length.</exception>
    public Digest(DigestAlgorithm algorithm, ImmutableArray<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (bytes.IsDefault || bytes.Length != algorithm.LengthBytes)
            throw new ArgumentException($"a {algorithm} value has {algorithm.LengthBytes} bytes", nameof(bytes));
        Algorithm = algorithm;
        Bytes = bytes;
    }

    /// <summary>Which function made the value.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The value.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The value in lower-case hexadecimal, as BagIt and OCFL write it.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes.AsSpan());

    /// <summary>Reads a hexadecimal value in either case; false when it is not one of this algorithm.</summary>
    public static bool TryParse(DigestAlgorithm algorithm, string? hex, out Digest digest)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        digest = null!;
        if (hex is null || hex.Length != algorithm.LengthBytes * 2) return false;
        foreach (var c in hex)
            if (!char.IsAsciiHexDigit(c)) return false;
        digest = new Digest(algorithm, [.. Convert.FromHexString(hex)]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Digest? other) =>
        other is not null && Algorithm == other.Algorithm
        && CryptographicOperations.FixedTimeEquals(Bytes.AsSpan(), other.Bytes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.AsSpan());
        return hash.ToHashCode();
    }

    /// <summary><c>sha512:ab12…</c></summary>
    public override string ToString() => $"{Algorithm.Name}:{Hex}";
}
