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
        foreach (var (number, digest) in then)
        {
            var logicalPath = now.Texts.Paths.Find(was.Texts.Paths.Utf8(number));
            if (logicalPath < 0 || !today.TryGetValue(logicalPath, out var other)) return false;
            if (isSameAlgorithm ? !was.Texts.Digest(digest).Equals(now.Texts.Digest(other), StringComparison.OrdinalIgnoreCase)
                : !IsSameContent(oldContent!, was.Texts.Lower(digest), newContent!, now.Texts.Lower(other))) return false;
        }
        return true;
    }

    // With two algorithms only the content paths can be compared; a later version may know more copies.
    private static bool IsSameContent(Dictionary<int, List<string>> oldContent, int oldDigest, Dictionary<int, List<string>> newContent, int newDigest) =>
        oldContent.TryGetValue(oldDigest, out var before) && newContent.TryGetValue(newDigest, out var after) && before.TrueForAll(after.Contains);

    private static Dictionary<int, int> ByPath(VersionDocument version)
    {
        var paths = new Dictionary<int, int>();
        foreach (var (digest, path) in version.State?.Pairs ?? []) paths[path] = digest;
        return paths;
    }

    private static Dictionary<int, List<string>> Contents(InventoryDocument document)
    {
        var contents = new Dictionary<int, List<string>>();
        foreach (var pairs in (document.Manifest?.Pairs ?? []).GroupBy(p => document.Texts.Lower(p.Digest), p => document.Texts.Paths[p.Path])) contents[pairs.Key] = [.. pairs];
        return contents;
    }
}
