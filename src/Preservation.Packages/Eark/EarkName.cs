namespace Preservation.Packages.Eark;

/// <summary>
/// Names of folders and archive files made from a package's identifier. The specifications leave the mapping of characters that
/// file systems do not allow to the archive: any single sign for one such character is taken, and percent-encoding.
/// </summary>
internal static class EarkName
{
    public static bool Is(string name, string id) => name == Uri.EscapeDataString(id) || (name.Length == id.Length && Begins(name, id));

    public static bool Begins(string name, string id)
    {
        if (name.StartsWith(Uri.EscapeDataString(id), StringComparison.Ordinal)) return true;
        if (name.Length < id.Length) return false;
        for (var i = 0; i < id.Length; i++)
            if (name[i] != id[i] && (IsPortable(id[i]) || char.IsAsciiLetterOrDigit(name[i]))) return false;
        return true;
    }

    /// <summary>True when every file system can keep the name and no transfer changes it.</summary>
    public static bool IsPortable(string name) => name.All(c => c is > ' ' and < '\u007f' && !"<>:\"/\\|?*".Contains(c, StringComparison.Ordinal));

    // POSIX's portable filename character set.
    private static bool IsPortable(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
