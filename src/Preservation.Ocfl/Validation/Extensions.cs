using Preservation.Core.Files;

namespace Preservation.Ocfl.Validation;

/// <summary>The extensions folder of an object or a storage root (OCFL §3.9, §4.1): folders of registered names only.</summary>
internal static class Extensions
{
    public static void Check(FileEntry entry, string unregisteredCode, string? alsoLoose, FindingLog log)
    {
        var parts = entry.Path.Split('/');
        if (parts.Length < 2) return;
        if (parts.Length == 2 && entry.Kind != EntryKind.EmptyFolder)
        {
            log.Add("E067", entry.Path);
            if (alsoLoose is not null) log.Add(alsoLoose, entry.Path);
        }
        else if (!RegisteredNames.Extensions.Contains(parts[1])) log.Add(unregisteredCode, parts[1]);
    }
}
