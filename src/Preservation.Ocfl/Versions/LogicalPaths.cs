namespace Preservation.Ocfl.Versions;

/// <summary>Rules for the logical paths of one version (OCFL §3.5.3.1).</summary>
internal static class LogicalPaths
{
    /// <summary>Refuses a state that no inventory may hold; the files come sorted by path, ordinally.</summary>
    public static void ThrowIfNoState(IReadOnlyList<PlannedFile> files)
    {
        var paths = files.Select(f => f.LogicalPath).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
        {
            var path = files[i].LogicalPath;
            if (IsFaulty(path)) throw new ArgumentException($"no logical path: {path} (E052, E053)", nameof(files));
            if (i > 0 && files[i - 1].LogicalPath == path) throw new ArgumentException($"two files at {path} (E095)", nameof(files));
            for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
                if (paths.Contains(path[..at])) throw new ArgumentException($"a file and a folder at {path[..at]} (E095)", nameof(files));
        }
    }

    /// <summary>Empty, with a slash at an end, or with an element that is empty, <c>.</c> or <c>..</c>.</summary>
    public static bool IsFaulty(string path) => path.Length == 0 || path.Split('/').Any(e => e is "" or "." or "..");
}
