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
        // A path that is a folder of another's; neighbours mostly lie in one folder, which is looked for once.
        ReadOnlySpan<byte> sound = default;
        foreach (var number in map.Paths)
        {
            var one = texts.Utf8(number);
            var folder = one[..Math.Max(one.LastIndexOf((byte)'/'), 0)];
            if (folder.SequenceEqual(sound)) continue;
            if (LiesInOneOf(folder, all, texts)) log.Add(codes.Twice, path, expected, texts[number]);
            else sound = folder;
        }
    }

    private static bool LiesInOneOf(ReadOnlySpan<byte> folder, NumberSet all, NameSet texts)
    {
        for (; folder.Length > 0; folder = folder[..Math.Max(folder.LastIndexOf((byte)'/'), 0)])
            if (all.Contains(texts.Find(folder))) return true;
        return false;
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
