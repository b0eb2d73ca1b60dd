namespace Preservation.Ocfl.Versions;

/// <summary>Rules for the logical paths of one version (OCFL §3.5.3.1), which come one by one in byte order; only the ones that may be folders of the next are held.</summary>
internal sealed class LogicalPaths
{
    private readonly Stack<string> _begins = [];

    /// <summary>Refuses a path that no inventory may hold beside those before.</summary>
    /// <exception cref="ArgumentException">It is faulty, comes twice, or is a file where another path has a folder.</exception>
    public void Check(string path)
    {
        if (IsFaulty(path)) throw new ArgumentException($"no logical path: {path} (E052, E053)", nameof(path));
        // In byte order all that begins with a path stands right behind it.
        while (_begins.TryPeek(out var before) && !path.StartsWith(before, StringComparison.Ordinal)) _begins.Pop();
        foreach (var before in _begins)
        {
            if (before.Length == path.Length) throw new ArgumentException($"two files at {path} (E095)", nameof(path));
            if (path[before.Length] == '/') throw new ArgumentException($"a file and a folder at {before} (E095)", nameof(path));
        }
        _begins.Push(path);
    }

    /// <summary>Empty, with a slash at an end, or with an element that is empty, <c>.</c> or <c>..</c>.</summary>
    public static bool IsFaulty(string path) => path.Length == 0 || path.Split('/').Any(e => e is "" or "." or "..");
}
