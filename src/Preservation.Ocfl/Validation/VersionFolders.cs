using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>What lies in an object's root and in its version folders (OCFL §3.1, §3.2, §3.8, §3.9).</summary>
internal sealed class VersionFolders
{
    private readonly ObjectFiles _files;
    private readonly FindingLog _log;

    public VersionFolders(ObjectFiles files, FindingLog log)
    {
        _files = files;
        _log = log;
        foreach (var name in files.Folders)
            if (VersionNumber.TryParse(name, out var number)) Versions[name] = number;
    }

    /// <summary>Folders named like versions.</summary>
    public Dictionary<string, VersionNumber> Versions { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything in the object's root that may not be there, and links wherever they are.</summary>
    public void CheckRoot(IReadOnlySet<string> sidecars, OcflVersion specification)
    {
        foreach (var entry in _files.Entries)
        {
            if (entry.Kind == EntryKind.SymbolicLink) _log.Add("E090", entry.Path);
            if (entry.Kind == EntryKind.Special) _log.Add("E089", entry.Path);
            var slash = entry.Path.IndexOf('/', StringComparison.Ordinal);
            var first = slash < 0 ? entry.Path : entry.Path[..slash];
            var isInFolder = first.Length < entry.Path.Length || entry.Kind == EntryKind.EmptyFolder;
            if (isInFolder ? !Versions.ContainsKey(first) && first is not ("extensions" or "logs")
                : first != Sidecar.InventoryName && !sidecars.Contains(first) && !Declaration.IsName(first)) _log.Add("E001", first);
            if (first == "extensions") Extensions.Check(entry, "W013", specification.IsAtLeast(OcflVersion.V11) ? "E112" : null, _log);
        }
    }

    /// <summary>Version folders against the versions of the root inventory, and what lies in each of them.</summary>
    public void CheckVersions(InventoryDocument? root)
    {
        if (Versions.Count == 0) _log.Add("E008", "");
        VersionSequence.Check(Versions.Values, "", _log);
        if (root?.Versions is null) return;
        foreach (var name in Versions.Keys)
            if (!root.Versions.Exists(v => v.Name == name)) _log.Add("E046", name, found: name);
        foreach (var version in root.Versions)
            if (VersionNumber.TryParse(version.Name, out _) && !Versions.ContainsKey(version.Name))
            {
                _log.Add("E046", version.Name, found: version.Name);
                _log.Add("E010", "", version.Name);
            }
    }

    /// <summary>The inside of one version folder.</summary>
    public void CheckInside(string version, string contentFolder, IReadOnlySet<string> sidecars)
    {
        foreach (var entry in _files.Under(version + "/"))
        {
            var inside = entry.Path[(version.Length + 1)..];
            var slash = inside.IndexOf('/', StringComparison.Ordinal);
            var child = slash < 0 ? inside : inside[..slash];
            var isFolder = slash >= 0 || entry.Kind == EntryKind.EmptyFolder;
            if (!isFolder && child != Sidecar.InventoryName && !sidecars.Contains(child)) _log.Add("E015", entry.Path);
            if (isFolder && child != contentFolder) _log.Add("W002", version + "/" + child);
            if (entry.Kind != EntryKind.EmptyFolder || child != contentFolder) continue;
            _log.Add(slash < 0 ? "W003" : "E024", entry.Path);
        }
    }
}
