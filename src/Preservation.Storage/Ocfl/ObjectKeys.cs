using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Ocfl;
using Preservation.Ocfl.Inventories;

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
        yield return new ExpectedKey(RootInventory, inventory.BytesDigest, Length(inventory));
        yield return SidecarOf(RootSidecar(inventory.DigestAlgorithm), inventory);
    }

    /// <summary>Keys in one version's folder.</summary>
    public IEnumerable<ExpectedKey> OfVersion(Inventory inventory, VersionNumber version)
    {
        var isHead = version == inventory.Head;
        yield return isHead
            ? new ExpectedKey(VersionInventory(version), inventory.BytesDigest, Length(inventory))
            : new ExpectedKey(VersionInventory(version), null, null);
        var sidecar = VersionSidecar(version, inventory.DigestAlgorithm);
        yield return isHead ? SidecarOf(sidecar, inventory) : new ExpectedKey(sidecar, null, null);
        foreach (var content in ContentsOf(inventory, version)) yield return content;
    }

    public IEnumerable<ExpectedKey> ContentsOf(Inventory inventory, VersionNumber version)
    {
        var folder = version.Name + "/";
        foreach (var (digest, paths) in inventory.Manifest)
            foreach (var path in paths)
                if (path.StartsWith(folder, StringComparison.Ordinal)) yield return new ExpectedKey(Content(path), digest, null);
    }

    public ImmutableArray<ExpectedKey> All(Inventory inventory) =>
        [.. OfRoot(inventory), .. inventory.Versions.SelectMany(v => OfVersion(inventory, v.Number))];

    private static ExpectedKey SidecarOf(string key, Inventory inventory) =>
        inventory.BytesDigest is { } digest ? Of(key, Sidecar.ToBytes(digest)) : new ExpectedKey(key, null, null);

    private static ExpectedKey Of(string key, byte[] bytes) => new(key, DigestAlgorithm.Sha512.Compute(bytes), bytes.Length);

    private static long? Length(Inventory inventory) => inventory.BytesLength > 0 ? inventory.BytesLength : null;
}
