using Preservation.Core.Digests;
using Preservation.Ocfl;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;

namespace Preservation.Storage.Ocfl;

/// <summary>Every key of one object, computed from its inventory.</summary>
internal sealed class ObjectKeys(string prefix)
{
    public string Content(string contentPath) => prefix + contentPath;

    public string RootInventory => prefix + Sidecar.InventoryName;

    public string RootSidecar(DigestAlgorithm algorithm) => prefix + Sidecar.NameFor(algorithm);

    public string VersionInventory(VersionNumber version) => $"{prefix}{version.Name}/{Sidecar.InventoryName}";

    public string VersionSidecar(VersionNumber version, DigestAlgorithm algorithm) => $"{prefix}{version.Name}/{Sidecar.NameFor(algorithm)}";

    public string Declaration(OcflVersion specification) => $"{prefix}0={specification.ObjectDeclaration}";

    public static byte[] DeclarationBytes(OcflVersion specification) => System.Text.Encoding.ASCII.GetBytes(specification.ObjectDeclaration + "\n");

    /// <summary>Keys that belong to the object as a whole.</summary>
    public IEnumerable<ExpectedKey> OfRoot(Inventory inventory)
    {
        yield return Of(Declaration(inventory.Specification), DeclarationBytes(inventory.Specification));
        yield return new ExpectedKey(RootInventory, inventory.BytesDigest, inventory.BytesLength);
        yield return SidecarOf(RootSidecar(inventory.DigestAlgorithm), inventory);
    }

    /// <summary>Keys in one version's folder.</summary>
    public IEnumerable<ExpectedKey> OfVersion(Inventory inventory, VersionNumber version) => InventoryOf(inventory, version).Concat(ContentsOf(inventory, version));

    /// <summary>Keys of what a planned version writes, those of the object's root first; length and digest of each are known.</summary>
    public IEnumerable<ExpectedKey> Of(VersionPlan plan) =>
        OfRoot(plan.Inventory).Concat(InventoryOf(plan.Inventory, plan.Version)).Concat(plan.Contents.Select(c => new ExpectedKey(Content(c.ContentPath), c.Digest, c.Bytes)));

    private IEnumerable<ExpectedKey> InventoryOf(Inventory inventory, VersionNumber version)
    {
        var isHead = version == inventory.Head;
        yield return isHead
            ? new ExpectedKey(VersionInventory(version), inventory.BytesDigest, inventory.BytesLength)
            : new ExpectedKey(VersionInventory(version), null, null);
        var sidecar = VersionSidecar(version, inventory.DigestAlgorithm);
        yield return isHead ? SidecarOf(sidecar, inventory) : new ExpectedKey(sidecar, null, null);
    }

    public IEnumerable<ExpectedKey> ContentsOf(Inventory inventory, VersionNumber version)
    {
        var folder = version.Name + "/";
        foreach (var (digest, path) in inventory.Contents)
            if (path.StartsWith(folder, StringComparison.Ordinal)) yield return new ExpectedKey(Content(path), digest, null);
    }

    /// <summary>Every key of the object; its inventory is gone through once.</summary>
    public IEnumerable<ExpectedKey> All(Inventory inventory) =>
        OfRoot(inventory).Concat(inventory.Versions.SelectMany(v => InventoryOf(inventory, v.Number))).Concat(inventory.Contents.Select(c => new ExpectedKey(Content(c.ContentPath), c.Digest, null)));

    private static ExpectedKey SidecarOf(string key, Inventory inventory) =>
        Of(key, inventory.SidecarBytes.Span);

    private static ExpectedKey Of(string key, ReadOnlySpan<byte> bytes) => new(key, DigestAlgorithm.Sha512.Compute(bytes), bytes.Length);
}
