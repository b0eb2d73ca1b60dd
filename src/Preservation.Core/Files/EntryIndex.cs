using System.Collections.Frozen;

namespace Preservation.Core.Files;

/// <summary>Entries of an archive by their path below its one root folder; folders with content are left out.</summary>
internal static class EntryIndex
{
    public static FrozenDictionary<string, (T Place, FileEntry Entry)> Build<T>(
        IReadOnlyCollection<(T Place, FileEntry Entry)> entries, string root)
    {
        var withContent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, entry) in entries) AddParents(entry.Path, withContent);
        var index = new Dictionary<string, (T, FileEntry)>(entries.Count, StringComparer.Ordinal);
        foreach (var (place, entry) in entries)
        {
            var path = root.Length == 0 ? entry.Path : entry.Path.Length <= root.Length ? "" : entry.Path[(root.Length + 1)..];
            if (path.Length == 0 || (entry.Kind == EntryKind.EmptyFolder && withContent.Contains(entry.Path))) continue;
            index.TryAdd(path, (place, entry with { Path = path }));
        }
        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void AddParents(string path, HashSet<string> parents)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
            if (!parents.Add(path[..at])) return;
    }
}
