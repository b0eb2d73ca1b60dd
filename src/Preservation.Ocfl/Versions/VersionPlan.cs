using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Versions;

/// <summary>
/// Everything a new version writes, decided before anything is written: the new contents, the inventory and its sidecar.
/// Bytes the object already holds are not written again (forward delta). The order of the input plays no part.
/// </summary>
public sealed class VersionPlan
{
    private VersionPlan(Inventory inventory, ImmutableArray<PlannedContent> contents, ReadOnlyMemory<byte> inventoryBytes, Digest? previousDigest)
    {
        Inventory = inventory;
        Contents = contents;
        InventoryBytes = inventoryBytes;
        SidecarBytes = Sidecar.ToBytes(inventory.BytesDigest!);
        PreviousInventoryDigest = previousDigest;
    }

    /// <summary>The object's identifier.</summary>
    public string Id => Inventory.Id;

    /// <summary>The version that is made.</summary>
    public VersionNumber Version => Inventory.Head;

    /// <summary>The inventory after the version is made.</summary>
    public Inventory Inventory { get; }

    /// <summary>Contents to write, by content path.</summary>
    public ImmutableArray<PlannedContent> Contents { get; }

    /// <summary>The inventory's file, for the version's folder and the object's root alike (E064).</summary>
    public ReadOnlyMemory<byte> InventoryBytes { get; }

    /// <summary>The sidecar's file.</summary>
    public ReadOnlyMemory<byte> SidecarBytes { get; }

    /// <summary>Digest of the inventory file this plan builds on; null for a new object.</summary>
    public Digest? PreviousInventoryDigest { get; }

    /// <summary>Plans the first version of an object (no previous inventory) or the next one.</summary>
    /// <param name="previous">The object's inventory as read from a store; null for a new object.</param>
    /// <param name="id">The object's identifier.</param>
    /// <param name="state">All files of the new version, also those it shares with earlier ones.</param>
    /// <param name="created">When the version is made.</param>
    /// <param name="message">Why; never empty (W007).</param>
    /// <param name="user">By whom.</param>
    /// <param name="preferredPrefixes">
    /// Of files with equal bytes the one under the earliest of these prefixes lends its path to the content; the ordinally
    /// first path decides among the rest.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The state is no valid OCFL state (E052, E053, E095), digests contradict each other, the identifier differs from the
    /// previous one, or the previous inventory is not addressed by SHA-512.
    /// </exception>
    public static VersionPlan Create(
        Inventory? previous, string id, IEnumerable<PlannedFile> state, DateTimeOffset created, string message,
        VersionUser user, IReadOnlyList<string>? preferredPrefixes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentException.ThrowIfNullOrEmpty(message);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(user);
        if (previous is not null && previous.Id != id) throw new ArgumentException("an object never changes its identifier (E110)", nameof(id));
        if (previous is not null && previous.DigestAlgorithm != DigestAlgorithm.Sha512)
            throw new ArgumentException("the object is addressed by another algorithm; re-hash it first", nameof(previous));
        var files = state.OrderBy(f => f.LogicalPath, StringComparer.Ordinal).ToArray();
        LogicalPaths.ThrowIfNoState(files);
        var number = previous?.Head.Next() ?? VersionNumber.First;
        var byDigest = files.GroupBy(f => f.Sha512).ToArray();
        var contents = NewContents(previous, number, byDigest, preferredPrefixes ?? []);
        var draft = new Inventory
        {
            Id = id,
            Specification = previous?.Specification ?? OcflVersion.V11,
            DigestAlgorithm = DigestAlgorithm.Sha512,
            ContentDirectory = previous?.ContentDirectory ?? "content",
            DeclaresContentDirectory = previous?.DeclaresContentDirectory ?? false,
            Manifest = ManifestOf(previous, contents),
            Versions = [.. previous?.Versions ?? [], new InventoryVersion(number, InventoryVersion.Text(created), StateOf(byDigest), message, user)],
        };
        var inventory = FixityBlock.Extend(draft, previous, files);
        var bytes = InventoryWriter.ToBytes(inventory);
        return new VersionPlan(Written(inventory, bytes), contents, bytes, DigestOf(previous));
    }

    private static ImmutableArray<PlannedContent> NewContents(
        Inventory? previous, VersionNumber number, IEnumerable<IGrouping<Digest, PlannedFile>> byDigest, IReadOnlyList<string> prefixes)
    {
        var folder = $"{number.Name}/{previous?.ContentDirectory ?? "content"}/";
        var contents = new List<PlannedContent>();
        foreach (var equal in byDigest)
        {
            if (equal.Any(f => f.Bytes != equal.First().Bytes)) throw new ArgumentException($"two lengths for one digest at {equal.First().LogicalPath}");
            if (previous is not null && previous.Manifest.ContainsKey(equal.Key)) continue;
            var source = equal.MinBy(f => Rank(f.LogicalPath, prefixes))!;
            contents.Add(new PlannedContent(folder + source.LogicalPath, source.LogicalPath, source.Bytes, equal.Key));
        }
        return [.. contents.OrderBy(c => c.ContentPath, StringComparer.Ordinal)];
    }

    private static int Rank(string path, IReadOnlyList<string> prefixes)
    {
        for (var i = 0; i < prefixes.Count; i++)
            if (path.StartsWith(prefixes[i], StringComparison.Ordinal)) return i;
        return prefixes.Count;
    }

    private static Dictionary<Digest, ImmutableArray<string>> ManifestOf(Inventory? previous, ImmutableArray<PlannedContent> contents)
    {
        var manifest = previous is null ? [] : new Dictionary<Digest, ImmutableArray<string>>(previous.Manifest);
        foreach (var content in contents) manifest.Add(content.Digest, [content.ContentPath]);
        return manifest;
    }

    private static Dictionary<Digest, ImmutableArray<string>> StateOf(IEnumerable<IGrouping<Digest, PlannedFile>> byDigest) =>
        byDigest.ToDictionary(g => g.Key, g => g.Select(f => f.LogicalPath).ToImmutableArray());

    private static Digest? DigestOf(Inventory? previous) =>
        previous is null ? null : previous.BytesDigest ?? DigestAlgorithm.Sha512.Compute(InventoryWriter.ToBytes(previous).Span);

    private static Inventory Written(Inventory inventory, ReadOnlyMemory<byte> bytes) => new()
    {
        Id = inventory.Id,
        Specification = inventory.Specification,
        DigestAlgorithm = inventory.DigestAlgorithm,
        ContentDirectory = inventory.ContentDirectory,
        DeclaresContentDirectory = inventory.DeclaresContentDirectory,
        Manifest = inventory.Manifest,
        Versions = inventory.Versions,
        Fixity = inventory.Fixity,
        BytesDigest = DigestAlgorithm.Sha512.Compute(bytes.Span),
        BytesLength = bytes.Length,
    };
}
