using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Rules for the paths of a manifest, a fixity block or a state.</summary>
internal static class PathRules
{
    public static void CheckContent(List<DigestPaths> map, string path, FindingLog log) =>
        Check(map, ("E099", "E100", "E101"), path, expected: null, log);

    public static void CheckLogical(List<DigestPaths> map, string path, string version, FindingLog log) =>
        Check(map, ("E052", "E053", "E095"), path, version, log);

    private static void Check(
        List<DigestPaths> map, (string Element, string Slash, string Twice) codes, string path, string? expected, FindingLog log)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, paths) in map)
            foreach (var one in paths)
            {
                if (!all.Add(one)) log.Add(codes.Twice, path, expected, one);
                if (one.StartsWith('/') || one.EndsWith('/')) log.Add(codes.Slash, path, expected, one);
                if (one.Trim('/').Split('/').Any(e => e is "" or "." or "..")) log.Add(codes.Element, path, expected, one);
            }
        foreach (var one in all)
            for (var at = one.LastIndexOf('/'); at > 0; at = one.LastIndexOf('/', at - 1))
                if (all.Contains(one[..at]))
                {
                    log.Add(codes.Twice, path, expected, one);
                    break;
                }
    }
}
