using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Validates one object: declaration, folders, every inventory; what they say of contents is gathered.</summary>
internal sealed class ObjectValidator(ObjectFiles files, ContentExpectations expectations, OcflOptions options, FindingLog log)
{
    /// <summary>What the object declares and calls itself; null where it does not say.</summary>
    public sealed record Identity(OcflVersion? Declared, string? Id);

    public async Task<Identity> ValidateAsync(CancellationToken cancellationToken)
    {
        var declared = await Declaration.OfObjectAsync(files, log, cancellationToken).ConfigureAwait(false);
        var specification = declared ?? OcflVersion.V11;
        var folders = new VersionFolders(files, log);
        InventoryFile? root = null;
        if (!files.HasFile(Sidecar.InventoryName)) log.Add("E063", Sidecar.InventoryName);
        else root = await InventoryFile.ReadAsync(files, "", specification, options, log, cancellationToken).ConfigureAwait(false);
        if (root?.Document.Type is { } type && type != specification.InventoryType) log.Add("E038", Sidecar.InventoryName, specification.InventoryType, type);
        folders.CheckRoot(SidecarNames(root?.Document), specification);
        folders.CheckVersions(root?.Document);
        if (root is not null) await CheckVersionsAsync(folders, root, specification, cancellationToken).ConfigureAwait(false);
        return new Identity(declared, root?.Document.Id);
    }

    private async Task CheckVersionsAsync(VersionFolders folders, InventoryFile root, OcflVersion specification, CancellationToken cancellationToken)
    {
        expectations.Add(files, root, log);
        CheckCoverage(root, folders.Versions.Keys);
        CheckContentFolders(root.Document, folders.Versions.Keys);
        var before = OcflVersion.V10;
        foreach (var (name, number) in folders.Versions.OrderBy(v => v.Value.Number))
        {
            var folder = name + "/";
            InventoryFile? inventory = null;
            if (!files.HasFile(folder + Sidecar.InventoryName)) log.Add("W010", name);
            else if (name == root.Document.Head) inventory = await CheckHeadAsync(folder, root, cancellationToken).ConfigureAwait(false);
            else inventory = await ReadPriorAsync(folder, number, root, folders, specification, cancellationToken).ConfigureAwait(false);
            folders.CheckInside(name, root.Document.ContentFolder, SidecarNames((inventory ?? root).Document));
            before = CheckType(inventory, specification, before);
        }
    }

    private async Task<InventoryFile?> CheckHeadAsync(string folder, InventoryFile root, CancellationToken cancellationToken)
    {
        var path = folder + Sidecar.InventoryName;
        ContentDigests digests;
        try
        {
            digests = await files.DigestAsync(path, [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256], cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            log.Add(new Finding(ArchiveRules.DamagedEntry, path));
            return null;
        }
        if (digests[DigestAlgorithm.Sha512] != root.Digests[DigestAlgorithm.Sha512]) log.Add("E064", path);
        var head = root with { Folder = folder, Digests = digests };
        await head.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
        return head;
    }

    private async Task<InventoryFile?> ReadPriorAsync(
        string folder, VersionNumber number, InventoryFile root, VersionFolders folders,
        OcflVersion specification, CancellationToken cancellationToken)
    {
        // A version keeps the rules it was written under: the edition comes from its own type (§3.3, E103).
        var prior = await InventoryFile.ReadAsync(files, folder, specification, options, log, cancellationToken).ConfigureAwait(false);
        if (prior is null) return null;
        PriorInventory.Check(prior, root, specification, log);
        expectations.Add(files, prior, log);
        CheckCoverage(prior, folders.Versions.Where(v => v.Value.Number <= number.Number).Select(v => v.Key));
        return prior;
    }

    private OcflVersion CheckType(InventoryFile? inventory, OcflVersion declared, OcflVersion before)
    {
        if (inventory is null || inventory.Document.Type is not { } type) return before;
        var path = inventory.Folder + Sidecar.InventoryName;
        var version = OcflVersion.All.FirstOrDefault(v => v.InventoryType == type);
        if (version is null || !declared.IsAtLeast(version))
        {
            log.Add("E038", path, declared.InventoryType, type);
            return before;
        }
        if (!version.IsAtLeast(before)) log.Add("E103", path, before.Number, version.Number);
        return version.IsAtLeast(before) ? version : before;
    }

    // Every content file of the versions an inventory knows stands in its manifest (E023).
    private void CheckCoverage(InventoryFile inventory, IEnumerable<string> versions)
    {
        if (inventory.Document.Manifest is null) return;
        var (texts, listed) = (inventory.Document.Texts.Paths, new NumberSet());
        foreach (var number in inventory.Document.Manifest.Paths) listed.Add(number);
        foreach (var version in versions)
            foreach (var entry in files.Under($"{version}/{inventory.Document.ContentFolder}/"))
                if (entry.Kind == EntryKind.File && !listed.Contains(texts.Find(entry.Path))) log.Add("E023", entry.Path, inventory.Folder + Sidecar.InventoryName);
    }

    // A version that adds files has them in the designated folder (E016).
    private void CheckContentFolders(InventoryDocument root, IEnumerable<string> versions)
    {
        var adding = new HashSet<string>(StringComparer.Ordinal);
        var known = adding.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var number in root.Manifest?.Paths ?? [])
        {
            var path = root.Texts.Paths[number].AsSpan();
            known.Add(path.IndexOf('/') is >= 0 and var slash ? path[..slash] : path);
        }
        foreach (var version in versions.Where(adding.Contains))
        {
            var folder = $"{version}/{root.ContentFolder}";
            if (!files.Under(folder).Any(e => e.Path == folder || e.Path.StartsWith(folder + "/", StringComparison.Ordinal))) log.Add("E016", version, folder);
        }
    }

    private static HashSet<string> SidecarNames(InventoryDocument? document) =>
        document?.DigestAlgorithm is "sha512" or "sha256"
            ? [Sidecar.InventoryName + "." + document.DigestAlgorithm]
            : [Sidecar.InventoryName + ".sha512", Sidecar.InventoryName + ".sha256"];
}
