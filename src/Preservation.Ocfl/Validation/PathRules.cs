using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Rules for the paths of a manifest, a fixity block or a state.</summary>
internal static class PathRules
{
    public static void CheckContent(DigestMap map, NameSet texts, string path, FindingLog log) =>
        Check(map, texts, ("E099", "E100", "E101"), path, expected: null, log);

    public static void CheckLogical(DigestMap map, NameSet texts, string path, string version, FindingLog log) =>
        Check(map, texts, ("E052", "E053", "E095"), path, version, log);

    private static void Check(DigestMap map, NameSet texts, (string Element, string Slash, string Twice) codes, string path, string? expected, FindingLog log)
    {
        var all = new NumberSet();
        foreach (var number in map.Paths)
        {
            if (!all.Add(number)) log.Add(codes.Twice, path, expected, texts[number]);
            var one = texts.Utf8(number);
            if (one.StartsWith("/"u8) || one.EndsWith("/"u8)) log.Add(codes.Slash, path, expected, texts[number]);
            if (HasOddElement(one.Trim((byte)'/'))) log.Add(codes.Element, path, expected, texts[number]);
        }
        // A path that is a folder of another's.
        foreach (var number in map.Paths)
        {
            var one = texts.Utf8(number);
            for (var at = one.LastIndexOf((byte)'/'); at > 0; at = one[..at].LastIndexOf((byte)'/'))
                if (all.Contains(texts.Find(one[..at])))
                {
                    log.Add(codes.Twice, path, expected, texts[number]);
                    break;
                }
        }
    }

    private static bool HasOddElement(ReadOnlySpan<byte> path)
    {
        while (true)
        {
            var slash = path.IndexOf((byte)'/');
            var element = slash < 0 ? path : path[..slash];
            if (element.Length == 0 || element.SequenceEqual("."u8) || element.SequenceEqual(".."u8)) return true;
            if (slash < 0) return false;
            path = path[(slash + 1)..];
        }
    }
}
