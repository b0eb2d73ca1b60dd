using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Validates one object: declaration, folders, every inventory, every content.</summary>
internal sealed class ObjectValidator(ObjectFiles files, OcflOptions options, FindingLog log)
{
    private readonly ContentExpectations _expectations = new();

    /// <summary>What the object declares and calls itself; null where it does not say.</summary>
    public sealed record Identity(OcflVersion? Declared, string? Id);

    public async Task<Identity> ValidateAsync(CancellationToken cancellationToken)
    {
        var declared = await Declaration.OfObjectAsync(files, log, cancellationToken).ConfigureAwait(false);
        var specification = declared ?? OcflVersion.V11;
        var folders = new VersionFolders(files, log);
        InventoryFile? root = null;
        if (files.FindFile(Sidecar.InventoryName) is null) log.Add("E063", Sidecar.InventoryName);
        else root = await InventoryFile.ReadAsync(files, "", specification, options, log, cancellationToken).ConfigureAwait(false);
        if (root?.Document.Type is { } type && type != specification.InventoryType) log.Add("E038", Sidecar.InventoryName, specification.InventoryType, type);
        folders.CheckRoot(SidecarNames(root?.Document), specification);
        folders.CheckVersions(root?.Document);
        if (root is not null) await CheckVersionsAsync(folders, root, specification, cancellationToken).ConfigureAwait(false);
        await _expectations.CheckAsync(files, options, log, cancellationToken).ConfigureAwait(false);
        return new Identity(declared, root?.Document.Id);
    }

    private async Task CheckVersionsAsync(VersionFolders folders, InventoryFile root, OcflVersion specification, CancellationToken cancellationToken)
    {
        var byVersion = files.Entries.Values.ToLookup(e => e.Path.Split('/')[0], StringComparer.Ordinal);
        _expectations.Add(root.Document);
        CheckCoverage(root, folders.Versions.Keys, byVersion);
        CheckContentFolders(root.Document, folders.Versions.Keys, byVersion);
        var before = OcflVersion.V10;
        foreach (var (name, number) in folders.Versions.OrderBy(v => v.Value.Number))
        {
            var folder = name + "/";
            InventoryFile? inventory = null;
            if (files.FindFile(folder + Sidecar.InventoryName) is null) log.Add("W010", name);
            else if (name == root.Document.Head) inventory = await CheckHeadAsync(folder, root, cancellationToken).ConfigureAwait(false);
            else inventory = await ReadPriorAsync(folder, number, root, folders, byVersion, specification, cancellationToken).ConfigureAwait(false);
            folders.CheckInside(name, root.Document.ContentFolder, SidecarNames((inventory ?? root).Document), byVersion);
            before = CheckType(inventory, specification, before);
        }
    }

    private async Task<InventoryFile> CheckHeadAsync(string folder, InventoryFile root, CancellationToken cancellationToken)
    {
        var path = folder + Sidecar.InventoryName;
        var digests = await files.DigestAsync(path, [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256], cancellationToken).ConfigureAwait(false);
        if (digests[DigestAlgorithm.Sha512] != root.Digests[DigestAlgorithm.Sha512]) log.Add("E064", path);
        var head = root with { Folder = folder, Digests = digests };
        await head.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
        return head;
    }

    private async Task<InventoryFile?> ReadPriorAsync(
        string folder, VersionNumber number, InventoryFile root, VersionFolders folders, ILookup<string, FileEntry> byVersion,
        OcflVersion specification, CancellationToken cancellationToken)
    {
        // A version keeps the rules it was written under: the edition comes from its own type (§3.3, E103).
        var prior = await InventoryFile.ReadAsync(files, folder, specification, options, log, cancellationToken).ConfigureAwait(false);
        if (prior is null) return null;
        PriorInventory.Check(prior, root, specification, log);
        _expectations.Add(prior.Document);
        CheckCoverage(prior, folders.Versions.Where(v => v.Value.Number <= number.Number).Select(v => v.Key), byVersion);
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
    private void CheckCoverage(InventoryFile inventory, IEnumerable<string> versions, ILookup<string, FileEntry> byVersion)
    {
        if (inventory.Document.Manifest is null) return;
        var listed = inventory.Document.Manifest.SelectMany(m => m.Paths).ToHashSet(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            var folder = $"{version}/{inventory.Document.ContentFolder}/";
            foreach (var entry in byVersion[version])
                if (entry.Kind == EntryKind.File && entry.Path.StartsWith(folder, StringComparison.Ordinal) && !listed.Contains(entry.Path))
                    log.Add("E023", entry.Path, inventory.Folder + Sidecar.InventoryName);
        }
    }

    // A version that adds files has them in the designated folder (E016).
    private void CheckContentFolders(InventoryDocument root, IEnumerable<string> versions, ILookup<string, FileEntry> byVersion)
    {
        var adding = (root.Manifest ?? []).SelectMany(m => m.Paths).Select(p => p.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var version in versions.Where(adding.Contains))
        {
            var folder = $"{version}/{root.ContentFolder}";
            if (!byVersion[version].Any(e => e.Path == folder || e.Path.StartsWith(folder + "/", StringComparison.Ordinal))) log.Add("E016", version, folder);
        }
    }

    private static HashSet<string> SidecarNames(InventoryDocument? document) =>
        document?.DigestAlgorithm is "sha512" or "sha256"
            ? [Sidecar.InventoryName + "." + document.DigestAlgorithm]
            : [Sidecar.InventoryName + ".sha512", Sidecar.InventoryName + ".sha256"];
}
