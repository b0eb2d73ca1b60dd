using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Inventories;

/// <summary>
/// The inventory of an OCFL object (§3.5) that keeps to the rules: which contents it holds, and under which logical paths each version shows them. Its
/// bytes lie in a temporary file and are gone through each time something is asked of them; no path or digest is held.
/// </summary>
public sealed class Inventory : IDisposable
{
    private readonly SpooledBytes _bytes;
    private readonly ImmutableArray<InventoryVersion> _versions;

    internal Inventory(SpooledBytes bytes, Digest digest) => (_bytes, BytesDigest, BytesLength) = (bytes, digest, bytes.Length);

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

    /// <summary>Digest of the inventory's file, by its own algorithm.</summary>
    public Digest BytesDigest { get; }

    /// <summary>Length of that file.</summary>
    public long BytesLength { get; }

    /// <summary>The inventory's file.</summary>
    public Stream Open() => _bytes.Open();

    /// <summary>Every content: its digest and its path, relative to the object's root.</summary>
    public IEnumerable<(Digest Digest, string ContentPath)> Contents =>
        InventoryPairs.Read(Open(), InventoryPairs.Manifest).Select(p => (DigestOf(p), p.Path));

    /// <summary>What a version shows: digests and logical paths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The object has no such version.</exception>
    public IEnumerable<(Digest Digest, string LogicalPath)> StateOf(int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, _versions.Length);
        var name = _versions[version - 1].Number.Name;
        return InventoryPairs.Read(Open(), InventoryPairs.Versions).Where(p => p.Name == name).Select(p => (DigestOf(p), p.Path));
    }

    /// <summary>More digests of contents: algorithm, value in lower-case hexadecimal, content path. Algorithms we do not compute are among them.</summary>
    public IEnumerable<(string Algorithm, string Value, string ContentPath)> Fixity =>
        InventoryPairs.Read(Open(), InventoryPairs.Fixity).Select(p => (p.Name, p.Digest.ToLowerInvariant(), p.Path));

    /// <summary>A content path that holds what a version shows at a logical path; null when the version shows nothing there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The object has no such version.</exception>
    public string? ContentPathOf(int version, string logicalPath)
    {
        var shown = StateOf(version).FirstOrDefault(s => s.LogicalPath == logicalPath).Digest;
        return shown is null ? null : Contents.Where(c => c.Digest == shown).Select(c => c.ContentPath).FirstOrDefault();
    }

    /// <summary>The inventory's sidecar.</summary>
    public ReadOnlyMemory<byte> SidecarBytes => Sidecar.ToBytes(BytesDigest);

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    internal IEnumerable<InventoryPair> Pairs(params string[] blocks) => InventoryPairs.Read(Open(), blocks);

    internal Digest DigestOf(InventoryPair pair) =>
        Digest.TryParse(DigestAlgorithm, pair.Digest, out var digest) ? digest : throw new InvalidOperationException("the rules let no such digest pass");
}
