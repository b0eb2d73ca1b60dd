using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Validates one object: declaration, folders, every inventory; what they say of contents is gathered.</summary>
/// <param name="files">The object.</param>
/// <param name="expectations">Takes what is said of contents.</param>
/// <param name="options">How it is to be judged.</param>
/// <param name="log">Takes the findings.</param>
/// <param name="ahead">Its inventory, where that has been read already.</param>
internal sealed class ObjectValidator(ObjectFiles files, ContentExpectations expectations, OcflOptions options, FindingLog log, InventoryFile? ahead = null)
{
    /// <summary>What the object declares and calls itself; null where it does not say.</summary>
    public sealed record Identity(OcflVersion? Declared, string? Id);

    // What is still asked of an inventory once its contents are gathered: of a version that is not the head nothing more is kept.
    private sealed record Said(string Folder, string? Type, HashSet<string> Sidecars)
    {
        public static Said By(InventoryFile inventory) => new(inventory.Folder, inventory.Document.Type, SidecarNames(inventory.Document));
    }

    private readonly VersionFolders _folders = new(files, log);
    private readonly Dictionary<string, Said?> _priors = new(StringComparer.Ordinal);
    private OcflVersion _specification = OcflVersion.V11;
    private InventoryFile? _root;

    public async Task<Identity> ValidateAsync(CancellationToken cancellationToken)
    {
        var identity = await GatherAsync(cancellationToken).ConfigureAwait(false);
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        return identity;
    }

    /// <summary>Reads every inventory. After it, all that is said of contents has been gathered.</summary>
    public async Task<Identity> GatherAsync(CancellationToken cancellationToken)
    {
        var declared = await Declaration.OfObjectAsync(files, log, cancellationToken).ConfigureAwait(false);
        _specification = declared ?? OcflVersion.V11;
        if (!files.HasFile(Sidecar.InventoryName)) log.Add("E063", Sidecar.InventoryName);
        else if (ahead is not null && _specification == OcflVersion.V11) _root = ahead;
        else _root = await InventoryFile.ReadAsync(files, "", _specification, options, log, cancellationToken).ConfigureAwait(false);
        if (_root is not null) await _root.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
        if (_root?.Document.Type is { } type && type != _specification.InventoryType) log.Add("E038", Sidecar.InventoryName, _specification.InventoryType, type);
        _folders.CheckRoot(SidecarNames(_root?.Document), _specification);
        _folders.CheckVersions(_root?.Document);
        if (_root is null) return new Identity(declared, null);
        expectations.Add(files, _root, log);
        foreach (var (name, number) in _folders.Versions.OrderBy(v => v.Value.Number))
            if (name != _root.Document.Head && files.HasFile($"{name}/{Sidecar.InventoryName}"))
                _priors[name] = await ReadPriorAsync(name + "/", number, _root, cancellationToken).ConfigureAwait(false);
        return new Identity(declared, _root.Document.Id);
    }

    /// <summary>Holds folders and files against the inventories.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_root is not { } root) return;
        InventoryRules.Check(root.Document, Sidecar.InventoryName, _specification, log);
        CheckCoverage(root, _folders.Versions.Keys);
        CheckContentFolders(root.Document, _folders.Versions.Keys);
        var before = OcflVersion.V10;
        foreach (var name in _folders.Versions.OrderBy(v => v.Value.Number).Select(v => v.Key))
        {
            Said? said = null;
            if (!files.HasFile($"{name}/{Sidecar.InventoryName}")) log.Add("W010", name);
            else if (name != root.Document.Head) said = _priors[name];
            else if (await CheckHeadAsync(name + "/", root, cancellationToken).ConfigureAwait(false) is { } head) said = Said.By(head);
            _folders.CheckInside(name, root.Document.ContentFolder, (said ?? Said.By(root)).Sidecars);
            before = CheckType(said, before);
        }
    }

    private async Task<InventoryFile?> CheckHeadAsync(string folder, InventoryFile root, CancellationToken cancellationToken)
    {
        var path = folder + Sidecar.InventoryName;
        var algorithm = root.Document.DigestAlgorithm == DigestAlgorithm.Sha256.Name ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512;
        ContentDigests digests;
        try
        {
            digests = await files.DigestAsync(path, [algorithm], cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            log.Add(new Finding(ArchiveRules.DamagedEntry, path));
            return null;
        }
        if (digests[algorithm] != root.Digests[algorithm]) log.Add("E064", path);
        var head = root with { Folder = folder, Digests = digests };
        await head.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
        return head;
    }

    private async Task<Said?> ReadPriorAsync(string folder, VersionNumber number, InventoryFile root, CancellationToken cancellationToken)
    {
        // A version keeps the rules it was written under: the edition comes from its own type (§3.3, E103).
        var prior = await InventoryFile.ReadAsync(files, folder, _specification, options, log, cancellationToken).ConfigureAwait(false);
        if (prior is null) return null;
        await prior.CheckSidecarAsync(files, log, cancellationToken).ConfigureAwait(false);
        InventoryRules.Check(prior.Document, folder + Sidecar.InventoryName, _specification, log);
        PriorInventory.Check(prior, root, _specification, log);
        expectations.Add(files, prior, log);
        CheckCoverage(prior, _folders.Versions.Where(v => v.Value.Number <= number.Number).Select(v => v.Key));
        return Said.By(prior);
    }

    private OcflVersion CheckType(Said? inventory, OcflVersion before)
    {
        if (inventory?.Type is not { } type) return before;
        var path = inventory.Folder + Sidecar.InventoryName;
        var version = OcflVersion.All.FirstOrDefault(v => v.InventoryType == type);
        if (version is null || !_specification.IsAtLeast(version))
        {
            log.Add("E038", path, _specification.InventoryType, type);
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
