using Preservation.Core.Digests;

namespace Preservation.Evidence.TimeStamps;

/// <summary>Object identifiers of the digest functions a time-stamp is asked for with.</summary>
internal static class HashOids
{
    private static readonly (DigestAlgorithm Algorithm, string Oid)[] All =
    [
        (DigestAlgorithm.Sha1, "1.3.14.3.2.26"),
        (DigestAlgorithm.Sha256, "2.16.840.1.101.3.4.2.1"),
        (DigestAlgorithm.Sha384, "2.16.840.1.101.3.4.2.2"),
        (DigestAlgorithm.Sha512, "2.16.840.1.101.3.4.2.3"),
        (DigestAlgorithm.Sha3T256, "2.16.840.1.101.3.4.2.8"),
        (DigestAlgorithm.Sha3T384, "2.16.840.1.101.3.4.2.9"),
        (DigestAlgorithm.Sha3T512, "2.16.840.1.101.3.4.2.10"),
    ];

    public static string? Find(DigestAlgorithm algorithm) => All.FirstOrDefault(a => a.Algorithm == algorithm).Oid;

    public static DigestAlgorithm? Find(string oid) => All.FirstOrDefault(a => a.Oid == oid).Algorithm;
}
