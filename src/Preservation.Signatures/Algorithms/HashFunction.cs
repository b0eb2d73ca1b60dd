using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Core.Digests;

namespace Preservation.Signatures.Algorithms;

/// <summary>A digest function signatures may name, computed by the platform or by this library; how long it is relied on the catalogue says.</summary>
/// <param name="Name">As the catalogue of algorithms names it.</param>
/// <param name="Oid">Its object identifier.</param>
/// <param name="Bytes">Length of its digests.</param>
/// <param name="Platform">The platform's name for it; null when the platform lacks it.</param>
/// <param name="Own">Makes a state of this library's own; null when there is none.</param>
internal sealed record HashFunction(string Name, string Oid, int Bytes, HashAlgorithmName? Platform, Func<RunningHash>? Own)
{
    // MD5 is here so that old material can be judged at all; the catalogue never relies on it today.
    public static HashFunction Md5 { get; } = new("MD5", "1.2.840.113549.2.5", 16, HashAlgorithmName.MD5, null);
    public static HashFunction Sha1 { get; } = new("SHA-1", "1.3.14.3.2.26", 20, HashAlgorithmName.SHA1, null);
    public static HashFunction Sha224 { get; } = new("SHA-224", "2.16.840.1.101.3.4.2.4", 28, null, RunningHash.Sha224);
    public static HashFunction Sha256 { get; } = new("SHA-256", "2.16.840.1.101.3.4.2.1", 32, HashAlgorithmName.SHA256, null);
    public static HashFunction Sha384 { get; } = new("SHA-384", "2.16.840.1.101.3.4.2.2", 48, HashAlgorithmName.SHA384, null);
    public static HashFunction Sha512 { get; } = new("SHA-512", "2.16.840.1.101.3.4.2.3", 64, HashAlgorithmName.SHA512, null);

    public static HashFunction Sha512T224 { get; } =
        new("SHA-512/224", "2.16.840.1.101.3.4.2.5", 28, null, () => RunningHash.Sha512Truncated(28));

    public static HashFunction Sha512T256 { get; } =
        new("SHA-512/256", "2.16.840.1.101.3.4.2.6", 32, null, () => RunningHash.Sha512Truncated(32));

    public static HashFunction Sha3T224 { get; } = new("SHA3-224", "2.16.840.1.101.3.4.2.7", 28, null, () => RunningHash.Sha3(28));

    public static HashFunction Sha3T256 { get; } =
        new("SHA3-256", "2.16.840.1.101.3.4.2.8", 32, SHA3_256.IsSupported ? HashAlgorithmName.SHA3_256 : null, () => RunningHash.Sha3(32));

    public static HashFunction Sha3T384 { get; } =
        new("SHA3-384", "2.16.840.1.101.3.4.2.9", 48, SHA3_384.IsSupported ? HashAlgorithmName.SHA3_384 : null, () => RunningHash.Sha3(48));

    public static HashFunction Sha3T512 { get; } =
        new("SHA3-512", "2.16.840.1.101.3.4.2.10", 64, SHA3_512.IsSupported ? HashAlgorithmName.SHA3_512 : null, () => RunningHash.Sha3(64));

    public static ImmutableArray<HashFunction> All { get; } =
        [Md5, Sha1, Sha224, Sha256, Sha384, Sha512, Sha512T224, Sha512T256, Sha3T224, Sha3T256, Sha3T384, Sha3T512];

    public static HashFunction? Find(string oid) => All.FirstOrDefault(h => h.Oid == oid);

    public bool IsSupported => Platform is not null || Own is not null;

    public RunningHash Start() =>
        Platform is { } name ? RunningHash.Platform(name)
        : Own?.Invoke() ?? throw new InvalidOperationException(Name + " cannot be computed here");

    public byte[] Compute(ReadOnlySpan<byte> data)
    {
        if (Platform is { } name) return CryptographicOperations.HashData(name, data);
        using var hash = Start();
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    public override string ToString() => Name;
}
