using Preservation.Core.Files;

namespace Preservation.Ocfl.Validation;

/// <summary>Validates a storage root: declaration, layout, hierarchy, and each object in it (OCFL §4).</summary>
internal sealed class StorageRootValidator(IFileTree tree, FileIndex index, OcflOptions options, FindingLog log)
{
    public async Task<int> ValidateAsync(CancellationToken cancellationToken)
    {
        var declared = await Declaration.OfRootAsync(new ObjectFiles(tree, index, ""), log, cancellationToken).ConfigureAwait(false);
        var roots = ObjectRoots();
        CheckHierarchy(index.Numbers.Select(n => index[n]).Where(e => RootOf(e.Path, roots).Length == 0), declared, roots);
        CheckDepths(roots);
        var layout = await LayoutFile.ReadAsync(tree, index, options.Limits, log, cancellationToken).ConfigureAwait(false);
        var expectations = new ContentExpectations(index);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in roots.Order(StringComparer.Ordinal))
        {
            var objectLog = new FindingLog(options.Limits);
            var identity = await new ObjectValidator(new ObjectFiles(tree, index, root), expectations, options, objectLog).ValidateAsync(cancellationToken).ConfigureAwait(false);
            foreach (var finding in objectLog.ToList()) log.Add(finding with { Path = finding.Path.Length == 0 ? root : root + "/" + finding.Path });
            if (identity.Declared is { } version && declared is not null && !declared.IsAtLeast(version)) log.Add("E081", root, declared.Number, version.Number);
            if (identity.Id is not { Length: > 0 } id) continue;
            if (!ids.Add(id)) log.Add("E037", root, found: id);
            if (layout?.PathOf(id) is { } expected && expected != root) log.Add("E083", root, expected);
        }
        if (options.ChecksContent) await expectations.CheckAsync(tree, options, log, cancellationToken).ConfigureAwait(false);
        return roots.Count;
    }

    // The shallowest folder with an object declaration is an object; what lies below it is the object's own affair.
    private HashSet<string> ObjectRoots()
    {
        var all = index.Numbers.Where(n => index.KindOf(n) == EntryKind.File && index.Utf8Of(n).IndexOf("0=ocfl_object_"u8) >= 0).Select(index.PathOf).Where(IsObjectDeclaration)
            .Select(p => p[..Math.Max(0, p.LastIndexOf('/'))]).Where(r => r.Length > 0).ToHashSet(StringComparer.Ordinal);
        var roots = all.Where(r => !Parents(r).Any(all.Contains)).ToHashSet(StringComparer.Ordinal);
        // An object among the content of another is content; beside its versions it is an object in the wrong place.
        foreach (var nested in all.Except(roots))
            if (Parents(nested).FirstOrDefault(roots.Contains) is { } parent && nested[(parent.Length + 1)..].Split('/')[0] is var child && child != "extensions" && !Inventories.VersionNumber.TryParse(child, out _))
                log.Add("E082", nested);
        return roots;
    }

    private static bool IsObjectDeclaration(string path) =>
        path.AsSpan(path.LastIndexOf('/') + 1).StartsWith("0=ocfl_object_", StringComparison.Ordinal)
        && !path.StartsWith("extensions/", StringComparison.Ordinal);

    private static string RootOf(string path, HashSet<string> roots) => Parents(path).FirstOrDefault(roots.Contains) ?? "";

    private static IEnumerable<string> Parents(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1)) yield return path[..at];
    }

    private void CheckHierarchy(IEnumerable<FileEntry> outside, OcflVersion? declared, HashSet<string> roots)
    {
        var isOld = declared == OcflVersion.V10;
        var intermediate = roots.SelectMany(Parents).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in outside)
        {
            if (entry.Kind == EntryKind.SymbolicLink) log.Add("E090", entry.Path);
            if (entry.Kind == EntryKind.Special) log.Add("E089", entry.Path);
            var isTop = !entry.Path.Contains('/', StringComparison.Ordinal);
            if (entry.Path.StartsWith("extensions/", StringComparison.Ordinal)) Extensions.Check(entry, isOld ? "W013" : "W016", isOld ? "E086" : null, log);
            else if (entry.Kind == EntryKind.EmptyFolder && entry.Path != "extensions") log.Add("E073", entry.Path);
            else if (entry.Kind == EntryKind.File && !isTop) CheckStray(entry.Path, intermediate);
        }
    }

    // E072 is the rule; the others say where the file is: between objects, or in a folder that leads to none.
    private void CheckStray(string path, HashSet<string> intermediate)
    {
        log.Add("E072", path);
        var folder = path[..path.LastIndexOf('/')];
        if (intermediate.Contains(folder)) log.Add("E084", path);
        else
        {
            log.Add("E085", folder);
            if (!intermediate.Contains(path.Split('/')[0])) log.Add("E088", path.Split('/')[0]);
        }
    }

    private void CheckDepths(HashSet<string> roots)
    {
        var depths = roots.Select(PackagePath.Depth).Distinct().ToArray();
        if (depths.Length > 1) log.Add("W014", "");
        if (depths.Length > 1 && depths.Contains(0)) log.Add("W015", "");
    }
}
