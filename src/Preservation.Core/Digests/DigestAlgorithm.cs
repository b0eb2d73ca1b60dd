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
    private readonly Func<RunningHash>? _own;

    private DigestAlgorithm(string name, string metsName, int bytes, Func<RunningHash> own)
        : this(name, metsName, bytes, default, isWeak: false) => _own = own;

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

    /// <summary>SHA-224 (FIPS 180-4), the weakest that is not broken.</summary>
    public static DigestAlgorithm Sha224 { get; } = new("sha224", "SHA-224", 28, RunningHash.Sha224);

    /// <summary>SHA-512/256 (FIPS 180-4).</summary>
    public static DigestAlgorithm Sha512T256 { get; } = new("sha512/256", "SHA-512/256", 32, () => RunningHash.Sha512Truncated(32));

    /// <summary>BLAKE2b of 160 bits (RFC 7693).</summary>
    public static DigestAlgorithm Blake2b160 { get; } = new("blake2b-160", "BLAKE2b-160", 20, () => RunningHash.Blake2b(20));

    /// <summary>BLAKE2b of 256 bits.</summary>
    public static DigestAlgorithm Blake2b256 { get; } = new("blake2b-256", "BLAKE2b-256", 32, () => RunningHash.Blake2b(32));

    /// <summary>BLAKE2b of 384 bits.</summary>
    public static DigestAlgorithm Blake2b384 { get; } = new("blake2b-384", "BLAKE2b-384", 48, () => RunningHash.Blake2b(48));

    /// <summary>BLAKE2b of 512 bits.</summary>
    public static DigestAlgorithm Blake2b512 { get; } = new("blake2b-512", "BLAKE2b-512", 64, () => RunningHash.Blake2b(64));

    /// <summary>Every algorithm that packages of every kind name, weakest first.</summary>
    public static ImmutableArray<DigestAlgorithm> All { get; } = [Md5, Sha1, Sha256, Sha384, Sha512];

    /// <summary>Those beyond that evidence may be made by, where the platform computes them; METS has no name for them.</summary>
    public static ImmutableArray<DigestAlgorithm> Further { get; } = SHA3_512.IsSupported ? [Sha3T256, Sha3T384, Sha3T512] : [];

    /// <summary>All that can be computed: those, and what BagIt manifests and OCFL fixity blocks (extension 0009) may name.</summary>
    public static ImmutableArray<DigestAlgorithm> Known { get; } = [.. All, .. Further, Sha224, Sha512T256, Blake2b160, Blake2b256, Blake2b384, Blake2b512];

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

    /// <summary>The same of all that can be computed.</summary>
    public static DigestAlgorithm? FindKnown(string? name) => Find(name, Known);

    /// <summary>The same of those that packages of every kind name.</summary>
    public static DigestAlgorithm? FindInPackage(string? name) => Find(name, All);

    private static DigestAlgorithm? Find(string? name, ImmutableArray<DigestAlgorithm> among) =>
        name is null ? null : among.FirstOrDefault(a => Bare(a.Name).Equals(Bare(name), StringComparison.OrdinalIgnoreCase));

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace("/", "", StringComparison.Ordinal);

    /// <summary>Starts a computation over bytes that come in pieces.</summary>
    public RunningHash Start() => _own?.Invoke() ?? RunningHash.Platform(_platformName);

    /// <summary>The digest of bytes already in memory.</summary>
    public Digest Compute(ReadOnlySpan<byte> data)
    {
        var value = new byte[LengthBytes];
        if (_own is null) CryptographicOperations.HashData(_platformName, data, value);
        else
        {
            using var hash = _own();
            hash.AppendData(data);
            hash.GetHashAndReset(value);
        }
        return new Digest(this, ImmutableCollectionsMarshal.AsImmutableArray(value));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
