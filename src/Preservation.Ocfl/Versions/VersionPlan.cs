using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Versions;

/// <summary>
/// Everything a new version writes, decided before anything is written: the new contents, the inventory and its sidecar. Bytes the object already holds
/// are not written again (forward delta). The order of the input plays no part. What grows with the number of files lies in temporary files, which go
/// with the plan; some ten bytes a file are in memory.
/// </summary>
public sealed class VersionPlan : IDisposable
{
    private readonly PlannedState _state;
    private readonly PlannedContents _contents;

    private VersionPlan(PlannedState state, PlannedContents contents, Inventory inventory, Digest? previousDigest) =>
        (_state, _contents, Inventory, PreviousInventoryDigest) = (state, contents, inventory, previousDigest);

    /// <summary>The object's identifier.</summary>
    public string Id => Inventory.Id;

    /// <summary>The version that is made.</summary>
    public VersionNumber Version => Inventory.Head;

    /// <summary>The inventory after the version is made: its file is for the version's folder and the object's root alike (E064).</summary>
    public Inventory Inventory { get; }

    /// <summary>Contents to write, by content path; read from a file each time they are gone through.</summary>
    public IReadOnlyCollection<PlannedContent> Contents => _contents;

    /// <summary>Digest of the inventory file this plan builds on; null for a new object.</summary>
    public Digest? PreviousInventoryDigest { get; }

    /// <summary>The content to write at this path, relative to the object's root; null when the version does not add it.</summary>
    public PlannedContent? FindContent(string contentPath) => _contents.Find(contentPath);

    /// <summary>Plans the first version of an object (no previous inventory) or the next one.</summary>
    /// <param name="previous">The object's inventory as read from a store; null for a new object. It stays the caller's.</param>
    /// <param name="id">The object's identifier.</param>
    /// <param name="state">All files of the new version, also those it shares with earlier ones; gone through once. In byte order of their paths they are not sorted first.</param>
    /// <param name="created">When the version is made.</param>
    /// <param name="message">Why; never empty (W007).</param>
    /// <param name="user">By whom.</param>
    /// <param name="preferredPrefixes">
    /// Of files with equal bytes the one under the earliest of these prefixes lends its path to the content; the first path in byte order decides among
    /// the rest.
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
        var version = new InventoryVersion(previous?.Head.Next() ?? VersionNumber.First, InventoryVersion.Text(created), message, user);
        var planned = PlannedState.Of(state);
        try
        {
            using var draft = new InventoryDraft(previous, id, version, planned, preferredPrefixes ?? []);
            return new VersionPlan(planned, draft.Contents, draft.Write(), previous?.BytesDigest);
        }
        catch
        {
            planned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        Inventory.Dispose();
    }
}
