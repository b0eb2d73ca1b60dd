using Preservation.Core.Files;

namespace Preservation.Ocfl.Validation;

/// <summary>Validates a storage root: declaration, layout, hierarchy, and each object in it (OCFL §4).</summary>
internal sealed class StorageRootValidator(IFileTree tree, List<FileEntry> entries, OcflOptions options, FindingLog log)
{
    public async Task<int> ValidateAsync(CancellationToken cancellationToken)
    {
        var top = new ObjectFiles(tree, "", entries.Where(e => !e.Path.Contains('/', StringComparison.Ordinal)));
        var declared = await Declaration.OfRootAsync(top, log, cancellationToken).ConfigureAwait(false);
        var roots = ObjectRoots();
        var byRoot = entries.ToLookup(e => RootOf(e.Path, roots), StringComparer.Ordinal);
        CheckHierarchy(byRoot[""], declared);
        CheckDepths(roots);
        var layout = await LayoutFile.ReadAsync(tree, entries, options.Limits, log, cancellationToken).ConfigureAwait(false);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in roots.Order(StringComparer.Ordinal))
        {
            var objectLog = new FindingLog(options.Limits);
            var identity = await new ObjectValidator(new ObjectFiles(tree, root, byRoot[root]), options, objectLog).ValidateAsync(cancellationToken).ConfigureAwait(false);
            foreach (var finding in objectLog.ToList()) log.Add(finding with { Path = finding.Path.Length == 0 ? root : root + "/" + finding.Path });
            if (identity.Declared is { } version && declared is not null && !declared.IsAtLeast(version)) log.Add("E081", root, declared.Number, version.Number);
            if (identity.Id is not { Length: > 0 } id) continue;
            if (!ids.Add(id)) log.Add("E037", root, found: id);
            if (layout?.ObjectRoot(id) is { } expected && expected != root) log.Add("E083", root, expected);
        }
        return roots.Count;
    }

    // The shallowest folder with an object declaration is an object; what lies below it is the object's own affair.
    private HashSet<string> ObjectRoots()
    {
        var all = entries.Where(e => e.Kind == EntryKind.File && IsObjectDeclaration(e.Path))
            .Select(e => e.Path[..Math.Max(0, e.Path.LastIndexOf('/'))]).Where(r => r.Length > 0).ToHashSet(StringComparer.Ordinal);
        return all.Where(r => !Parents(r).Any(all.Contains)).ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsObjectDeclaration(string path) =>
        path.AsSpan(path.LastIndexOf('/') + 1).StartsWith("0=ocfl_object_", StringComparison.Ordinal)
        && !path.StartsWith("extensions/", StringComparison.Ordinal);

    private static string RootOf(string path, HashSet<string> roots) => Parents(path).FirstOrDefault(roots.Contains) ?? "";

    private static IEnumerable<string> Parents(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1)) yield return path[..at];
    }

    private void CheckHierarchy(IEnumerable<FileEntry> outside, OcflVersion? declared)
    {
        var isOld = declared == OcflVersion.V10;
        foreach (var entry in outside)
        {
            if (entry.Kind == EntryKind.SymbolicLink) log.Add("E090", entry.Path);
            if (entry.Kind == EntryKind.Special) log.Add("E089", entry.Path);
            var isTop = !entry.Path.Contains('/', StringComparison.Ordinal);
            if (entry.Path.StartsWith("extensions/", StringComparison.Ordinal)) Extensions.Check(entry, isOld ? "W013" : "W016", log);
            else if (entry.Kind == EntryKind.EmptyFolder && entry.Path != "extensions") log.Add("E073", entry.Path);
            else if (entry.Kind == EntryKind.File && !isTop) log.Add("E072", entry.Path);
        }
    }

    private void CheckDepths(HashSet<string> roots)
    {
        var depths = roots.Select(PackagePath.Depth).Distinct().ToArray();
        if (depths.Length > 1) log.Add("W014", "");
        if (depths.Length > 1 && depths.Contains(0)) log.Add("W015", "");
    }
}
