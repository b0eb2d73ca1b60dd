using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Holds the inventory of an earlier version against the one in the object's root (OCFL §3.6).</summary>
internal static class PriorInventory
{
    public static void Check(InventoryFile prior, InventoryFile root, OcflVersion specification, FindingLog log)
    {
        var path = prior.Folder + Sidecar.InventoryName;
        var version = prior.Folder.TrimEnd('/');
        var (was, now) = (prior.Document, root.Document);
        if (was.Id != now.Id && was.Id is not null)
        {
            log.Add("E037", path, now.Id, was.Id);
            if (specification.IsAtLeast(OcflVersion.V11)) log.Add("E110", path, now.Id, was.Id);
        }
        if (was.Head is not null && was.Head != version) log.Add("E040", path, version, was.Head);
        if (was.ContentFolder != now.ContentFolder)
        {
            log.Add("E020", path, now.ContentFolder, was.ContentFolder);
            if (was.ContentDirectory is null && version.TrimStart('v', '0') == "1") log.Add("E019", path);
        }
        foreach (var block in was.Versions ?? []) CheckVersion(block, was, now, path, log);
    }

    private static void CheckVersion(VersionDocument block, InventoryDocument was, InventoryDocument now, string path, FindingLog log)
    {
        var newest = now.Versions?.Find(v => v.Name == block.Name);
        if (newest is null)
        {
            log.Add("E066", path, block.Name);
            return;
        }
        if (!IsSameState(block, was, newest, now)) log.Add("E066", path, block.Name);
        if (block.Created != newest.Created || block.Message != newest.Message
            || block.UserName != newest.UserName || block.UserAddress != newest.UserAddress) log.Add("W011", path, block.Name);
    }

    private static bool IsSameState(VersionDocument before, InventoryDocument was, VersionDocument after, InventoryDocument now)
    {
        var then = ByPath(before);
        var today = ByPath(after);
        if (then.Count != today.Count) return false;
        var isSameAlgorithm = was.DigestAlgorithm == now.DigestAlgorithm;
        var (oldContent, newContent) = isSameAlgorithm ? (null, null) : (Contents(was), Contents(now));
        foreach (var (logicalPath, digest) in then)
        {
            if (!today.TryGetValue(logicalPath, out var other)) return false;
            if (isSameAlgorithm ? !digest.Equals(other, StringComparison.OrdinalIgnoreCase) : !IsSameContent(oldContent!, digest, newContent!, other)) return false;
        }
        return true;
    }

    // With two algorithms only the content paths can be compared; a later version may know more copies.
    private static bool IsSameContent(
        Dictionary<string, List<string>> oldContent, string oldDigest, Dictionary<string, List<string>> newContent, string newDigest) =>
        oldContent.TryGetValue(oldDigest, out var before) && newContent.TryGetValue(newDigest, out var after) && before.TrueForAll(after.Contains);

    private static Dictionary<string, string> ByPath(VersionDocument version)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (digest, logicalPaths) in version.State ?? [])
            foreach (var path in logicalPaths) paths[path] = digest;
        return paths;
    }

    private static Dictionary<string, List<string>> Contents(InventoryDocument document)
    {
        var contents = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (digest, paths) in document.Manifest ?? []) contents[digest] = paths;
        return contents;
    }
}
