using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Preservation.Core.Digests;

/// <summary>
/// A message digest the formats we read may name. MD5 and SHA-1 are here because producers promise them and we check
/// promises; nothing of ours relies on them.
/// </summary>
public sealed class DigestAlgorithm
{
    private readonly HashAlgorithmName _platformName;

    private DigestAlgorithm(string name, string metsName, int bytes, HashAlgorithmName platformName, bool isWeak)
    {
        Name = name;
        MetsName = metsName;
        LengthBytes = bytes;
        _platformName = platformName;
        IsWeak = isWeak;
    }

    /// <summary>MD5 (RFC 1321). Collisions can be made at will.</summary>
    public static DigestAlgorithm Md5 { get; } = new("md5", "MD5", 16, HashAlgorithmName.MD5, isWeak: true);

    /// <summary>SHA-1 (FIPS 180-4). Collisions can be made at a price.</summary>
    public static DigestAlgorithm Sha1 { get; } = new("sha1", "SHA-1", 20, HashAlgorithmName.SHA1, isWeak: true);

    /// <summary>SHA-256 (FIPS 180-4).</summary>
    public static DigestAlgorithm Sha256 { get; } = new("sha256", "SHA-256", 32, HashAlgorithmName.SHA256, isWeak: false);

    /// <summary>SHA-384 (FIPS 180-4).</summary>
    public static DigestAlgorithm Sha384 { get; } = new("sha384", "SHA-384", 48, HashAlgorithmName.SHA384, isWeak: false);

    /// <summary>SHA-512 (FIPS 180-4).</summary>
    public static DigestAlgorithm Sha512 { get; } = new("sha512", "SHA-512", 64, HashAlgorithmName.SHA512, isWeak: false);

    /// <summary>SHA3-256 (FIPS 202). Computed only where <see cref="Further"/> has it.</summary>
    public static DigestAlgorithm Sha3T256 { get; } = new("sha3-256", "SHA3-256", 32, HashAlgorithmName.SHA3_256, isWeak: false);

    /// <summary>SHA3-384 (FIPS 202).</summary>
    public static DigestAlgorithm Sha3T384 { get; } = new("sha3-384", "SHA3-384", 48, HashAlgorithmName.SHA3_384, isWeak: false);

    /// <summary>SHA3-512 (FIPS 202).</summary>
    public static DigestAlgorithm Sha3T512 { get; } = new("sha3-512", "SHA3-512", 64, HashAlgorithmName.SHA3_512, isWeak: false);

    /// <summary>Every algorithm that packages name, weakest first.</summary>
    public static ImmutableArray<DigestAlgorithm> All { get; } = [Md5, Sha1, Sha256, Sha384, Sha512];

    /// <summary>Those beyond that evidence may be made by, where the platform computes them; no vocabulary of package formats has them.</summary>
    public static ImmutableArray<DigestAlgorithm> Further { get; } = SHA3_512.IsSupported ? [Sha3T256, Sha3T384, Sha3T512] : [];

    /// <summary>The name in OCFL inventories and BagIt manifest file names: lower case, no dash (<c>sha512</c>); of SHA-3 as <c>openssl</c> writes it (<c>sha3-512</c>).</summary>
    public string Name { get; }

    /// <summary>The name in METS CHECKSUMTYPE and PREMIS messageDigestAlgorithm (<c>SHA-512</c>).</summary>
    public string MetsName { get; }

    /// <summary>Length of a value in bytes.</summary>
    public int LengthBytes { get; }

    /// <summary>True when a second content with the same digest can be made (MD5, SHA-1).</summary>
    public bool IsWeak { get; }

    /// <summary>Finds an algorithm by any spelling in use: <c>sha512</c>, <c>SHA-512</c>, <c>SHA_512</c>.</summary>
    public static DigestAlgorithm? Find(string? name) => FindInPackage(name) ?? Find(name, Further);

    /// <summary>The same of those that packages name.</summary>
    public static DigestAlgorithm? FindInPackage(string? name) => Find(name, All);

    private static DigestAlgorithm? Find(string? name, ImmutableArray<DigestAlgorithm> among) =>
        name is null ? null : among.FirstOrDefault(a => Bare(a.Name).Equals(Bare(name), StringComparison.OrdinalIgnoreCase));

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    /// <summary>Starts a computation over bytes that come in pieces.</summary>
    public IncrementalHash Start() => IncrementalHash.CreateHash(_platformName);

    /// <summary>The digest of bytes already in memory.</summary>
    public Digest Compute(ReadOnlySpan<byte> data)
    {
        var value = new byte[LengthBytes];
        CryptographicOperations.HashData(_platformName, data, value);
        return new Digest(this, ImmutableCollectionsMarshal.AsImmutableArray(value));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
