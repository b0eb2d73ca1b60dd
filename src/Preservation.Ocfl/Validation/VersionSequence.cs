using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Versions are numbered from 1 without a gap, in one naming (OCFL §3.2).</summary>
internal static class VersionSequence
{
    public static void Check(IReadOnlyCollection<VersionNumber> versions, string path, FindingLog log)
    {
        if (versions.Count == 0) return;
        var sorted = versions.OrderBy(v => v.Number).ToArray();
        if (sorted[0].Number != 1) log.Add("E009", path, "v1", sorted[0].Name);
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i].Number > sorted[i - 1].Number + 1) log.Add("E010", path, "v" + (sorted[i - 1].Number + 1));
        var first = sorted[0];
        foreach (var version in sorted.Skip(1).Where(v => v.Digits != first.Digits))
        {
            log.Add("E012", path, first.Name, version.Name);
            if (first.Digits == 0) continue;
            log.Add("E011", path, first.Name, version.Name);
            log.Add("E013", path, first.Name, version.Name);
        }
        if (first.Digits > 0) log.Add("W001", path, found: first.Name);
    }
}
