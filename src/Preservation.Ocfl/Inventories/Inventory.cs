using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Inventories;

/// <summary>The inventory of an OCFL object (§3.5): which contents it holds, and under which logical paths each version shows them.</summary>
public sealed class Inventory
{
    private readonly ImmutableArray<InventoryVersion> _versions;

    /// <summary>The object's identifier; the same in every version.</summary>
    public required string Id { get; init; }

    /// <summary>Edition the inventory claims.</summary>
    public required OcflVersion Specification { get; init; }

    /// <summary>What addresses content in manifest and states: SHA-512 or SHA-256.</summary>
    public required DigestAlgorithm DigestAlgorithm { get; init; }

    /// <summary>The newest version.</summary>
    public VersionNumber Head => _versions[^1].Number;

    /// <summary>Name of the folder in each version that holds content.</summary>
    public string ContentDirectory { get; init; } = "content";

    /// <summary>True when the inventory names its content folder instead of leaving it to the default.</summary>
    public bool DeclaresContentDirectory { get; init; }

    /// <summary>Digest → content paths, relative to the object's root.</summary>
    public required IReadOnlyDictionary<Digest, ImmutableArray<string>> Manifest { get; init; }

    /// <summary>Versions from the first to the head; never empty.</summary>
    /// <exception cref="ArgumentException">Empty, or not numbered 1, 2, 3 …</exception>
    public required ImmutableArray<InventoryVersion> Versions
    {
        get => _versions;
        init
        {
            if (value.IsDefaultOrEmpty || value.Where((v, i) => v.Number.Number != i + 1).Any())
                throw new ArgumentException("versions are numbered from 1 without a gap", nameof(value));
            _versions = value;
        }
    }

    /// <summary>
    /// More digests of contents: algorithm name → value in lower-case hexadecimal → content paths. Names we do not compute
    /// are kept, so that a new version loses nothing.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ImmutableArray<string>>> Fixity { get; init; } =
        ImmutableDictionary<string, IReadOnlyDictionary<string, ImmutableArray<string>>>.Empty;

    /// <summary>Digest of the bytes this inventory was read from or written as; null when it was neither.</summary>
    public Digest? BytesDigest { get; init; }

    /// <summary>Length of those bytes; 0 when unknown.</summary>
    public long BytesLength { get; init; }

    /// <summary>The version with this number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The object has no such version.</exception>
    public InventoryVersion this[int number] => number >= 1 && number <= _versions.Length
        ? _versions[number - 1]
        : throw new ArgumentOutOfRangeException(nameof(number), number, "no such version");

    /// <summary>A content path that holds what a version shows at a logical path; null when the version shows nothing there.</summary>
    public string? ContentPathOf(int version, string logicalPath) =>
        this[version].Find(logicalPath) is { } digest && Manifest.TryGetValue(digest, out var paths) ? paths[0] : null;
}
