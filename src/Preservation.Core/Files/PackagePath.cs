using System.Buffers;

namespace Preservation.Core.Files;

/// <summary>Is a name inside a package safe on every common system? Judged alike everywhere, whatever system runs this.</summary>
public static class PackagePath
{
    private static readonly string[] ReservedNames =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })];

    /// <summary>
    /// Says why the path could leave its root or mean something else on some system (<c>..</c>, absolute, <c>~</c>, drive,
    /// UNC, <c>%VAR%</c>, backslash, control character), or null when it is safe.
    /// </summary>
    public static string? Unsafe(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0) return "empty";
        if (path[0] is '/' or '\\') return "absolute";
        if (path[0] == '~') return "home folder (~)";
        if (path.Length >= 2 && path[1] == ':' && char.IsAsciiLetter(path[0])) return "drive letter";
        if (path.AsSpan().IndexOfAny(ControlCharacters) >= 0) return "control character";
        if (path.Contains('\\', StringComparison.Ordinal)) return "backslash";
        if (HasVariable(path)) return "environment variable";
        for (int start = 0, end; start <= path.Length; start = end + 1)
        {
            end = path.IndexOf('/', start) is >= 0 and var slash ? slash : path.Length;
            var segment = path.AsSpan(start, end - start);
            if (segment.Length == 0) return "empty segment";
            if (segment is "." or "..") return segment.ToString();
        }
        return null;
    }

    /// <summary>True for names that some file system cannot hold (reserved device names, trailing dot or blank).</summary>
    public static bool IsUnportable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0) continue;
            var stem = segment.Split('.')[0];
            if (ReservedNames.Contains(stem, StringComparer.OrdinalIgnoreCase)) return true;
            if (segment[^1] is '.' or ' ') return true;
            if (segment.AsSpan().ContainsAny(UnportableCharacters)) return true;
        }
        return false;
    }

    /// <summary>Folders above the file.</summary>
    public static int Depth(string path) => path.AsSpan().Count('/');

    private static bool HasVariable(string path)
    {
        var start = path.IndexOf('%', StringComparison.Ordinal);
        while (start >= 0)
        {
            var end = path.IndexOf('%', start + 1);
            if (end < 0) return false;
            var name = path.AsSpan(start + 1, end - start - 1);
            if (name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.ContainsAnyExcept(VariableCharacters)) return true;
            start = end;
        }
        return false;
    }

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '\u007f']);
    private static readonly SearchValues<char> UnportableCharacters = SearchValues.Create("<>:\"|?*");
    private static readonly SearchValues<char> VariableCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_()");
}
