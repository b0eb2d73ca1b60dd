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

    /// <summary>Bytes of the longest value.</summary>
    public const int MaxBytes = 64;

    /// <summary>The value in lower-case hexadecimal, as BagIt and OCFL write it.</summary>
    public string Hex => Convert.ToHexStringLower(Bytes.AsSpan());

    /// <summary>Reads a hexadecimal value in either case into the bytes given; false when it is not one of this algorithm.</summary>
    public static bool TryDecode(DigestAlgorithm algorithm, ReadOnlySpan<char> hex, Span<byte> value)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return hex.Length == algorithm.LengthBytes * 2 && Convert.FromHexString(hex, value, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>Reads a hexadecimal value in either case; false when it is not one of this algorithm.</summary>
    public static bool TryParse(DigestAlgorithm algorithm, string? hex, out Digest digest)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        digest = null!;
        var value = new byte[algorithm.LengthBytes];
        if (!TryDecode(algorithm, hex, value)) return false;
        digest = new Digest(algorithm, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(value));
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
