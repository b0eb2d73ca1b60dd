using System.Collections.Frozen;

namespace Preservation.Ocfl.Validation;

/// <summary>Names of the public register of OCFL extensions, read 2026-11.</summary>
internal static class RegisteredNames
{
    public static FrozenSet<string> Extensions { get; } = FrozenSet.ToFrozenSet(
    [
        "initial", "0001-digest-algorithms", "0002-flat-direct-storage-layout", "0003-hash-and-id-n-tuple-storage-layout",
        "0004-hashed-n-tuple-storage-layout", "0005-mutable-head", "0006-flat-omit-prefix-storage-layout",
        "0007-n-tuple-omit-prefix-storage-layout", "0008-schema-registry", "0009-digest-algorithms",
        "0010-differential-n-tuple-omit-prefix-storage-layout", "0011-direct-clean-path-layout",
        "0012-hash-and-no-prefix-id-n-tuple-storage-layout",
    ], StringComparer.Ordinal);

    /// <summary>The specification's own table and extensions 0001 and 0009.</summary>
    public static FrozenSet<string> FixityAlgorithms { get; } = FrozenSet.ToFrozenSet(
        ["md5", "sha1", "sha256", "sha512", "blake2b-512", "blake2b-160", "blake2b-256", "blake2b-384", "sha512/256", "size"],
        StringComparer.Ordinal);
}
