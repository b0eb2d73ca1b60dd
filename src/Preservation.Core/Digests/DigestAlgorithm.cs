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

    /// <summary>Every algorithm, weakest first.</summary>
    public static ImmutableArray<DigestAlgorithm> All { get; } = [Md5, Sha1, Sha256, Sha384, Sha512];

    /// <summary>The name in OCFL inventories and BagIt manifest file names: lower case, no dash (<c>sha512</c>).</summary>
    public string Name { get; }

    /// <summary>The name in METS CHECKSUMTYPE and PREMIS messageDigestAlgorithm (<c>SHA-512</c>).</summary>
    public string MetsName { get; }

    /// <summary>Length of a value in bytes.</summary>
    public int LengthBytes { get; }

    /// <summary>True when a second content with the same digest can be made (MD5, SHA-1).</summary>
    public bool IsWeak { get; }

    /// <summary>Finds an algorithm by any spelling in use: <c>sha512</c>, <c>SHA-512</c>, <c>SHA_512</c>.</summary>
    public static DigestAlgorithm? Find(string? name)
    {
        if (name is null) return null;
        var bare = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return All.FirstOrDefault(a => a.Name.Equals(bare, StringComparison.OrdinalIgnoreCase));
    }

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
