using System.Text.RegularExpressions;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;

namespace Preservation.Ocfl.Validation;

/// <summary>Rules that an inventory can be held to by itself (OCFL §3.5).</summary>
internal static partial class InventoryRules
{
    public static void Check(InventoryDocument document, string path, OcflVersion specification, FindingLog log)
    {
        foreach (var key in (string[])["id", "type", "digestAlgorithm", "head"])
            if (!document.Keys.Contains(key)) log.Add("E036", path, key);
        if (!document.Keys.Contains("manifest")) log.Add("E041", path, "manifest");
        if (!document.Keys.Contains("versions"))
        {
            log.Add("E041", path, "versions");
            log.Add("E043", path);
        }
        CheckId(document, path, log);
        CheckAlgorithm(document, path, log);
        CheckContentDirectory(document, path, specification, log);
        CheckVersionNames(document, path, specification, log);
        foreach (var version in document.Versions ?? []) VersionRules.Check(version, document.Texts, path, log);
        if (document.Manifest is not null) CheckManifest(document, path, specification, log);
        if (document.Fixity is not null) CheckFixity(document, path, log);
    }

    internal static bool IsUri(string text) => Scheme().IsMatch(text);

    private static void CheckId(InventoryDocument document, string path, FindingLog log)
    {
        if (document.Id is null) return;
        if (document.Id.Length == 0) log.Add("E037", path, found: "\"\"");
        else if (!IsUri(document.Id)) log.Add("W005", path, found: document.Id);
    }

    private static void CheckAlgorithm(InventoryDocument document, string path, FindingLog log)
    {
        if (document.DigestAlgorithm is null or "sha512") return;
        if (document.DigestAlgorithm == "sha256") log.Add("W004", path, found: "sha256");
        else log.Add("E025", path, found: document.DigestAlgorithm);
    }

    private static void CheckContentDirectory(InventoryDocument document, string path, OcflVersion specification, FindingLog log)
    {
        if (document.ContentDirectory is not { } folder) return;
        var isPath = folder.Length == 0 || folder.Contains('/', StringComparison.Ordinal);
        var isDots = folder is "." or "..";
        if (isPath) log.Add("E017", path, found: folder);
        if (isDots) log.Add("E018", path, found: folder);
        if ((isPath || isDots) && specification.IsAtLeast(OcflVersion.V11)) log.Add("E108", path, found: folder);
    }

    private static void CheckVersionNames(InventoryDocument document, string path, OcflVersion specification, FindingLog log)
    {
        if (document.Versions is not { } versions) return;
        if (versions.Count == 0) log.Add("E008", path);
        var numbers = new List<VersionNumber>();
        foreach (var version in versions)
        {
            if (VersionNumber.TryParse(version.Name, out var number)) numbers.Add(number);
            else
            {
                log.Add("E046", path, found: version.Name);
                if (specification.IsAtLeast(OcflVersion.V11)) log.Add(version.Name.StartsWith('v') ? "E105" : "E104", path, found: version.Name);
            }
        }
        VersionSequence.Check(numbers, path, log);
        if (numbers.Count == 0 || document.Head is not { } head) return;
        var newest = numbers.MaxBy(n => n.Number)!.Name;
        if (newest != head) log.Add("E040", path, newest, head);
    }

    private static void CheckManifest(InventoryDocument document, string path, OcflVersion specification, FindingLog log)
    {
        var (texts, algorithm) = (document.Texts, DigestAlgorithm.FindInPackage(document.DigestAlgorithm));
        var digests = new NumberSet();
        foreach (var digest in document.Manifest!.Digests)
        {
            if (!digests.Add(texts.Lower(digest))) log.Add("E096", path);
            if (algorithm is null || IsDigest(texts, digest, algorithm)) continue;
            log.Add(algorithm == DigestAlgorithm.Sha256 ? "E030" : "E031", path, "manifest");
            log.Add("E039", path, algorithm.Name, texts.Digest(digest));
        }
        PathRules.CheckContent(document.Manifest, texts.Paths, path, log);
        var names = (document.Versions ?? []).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        var folders = (document.Versions ?? []).Select(v => $"{v.Name}/{document.ContentFolder}/").ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var number in document.Manifest.Paths)
            if (texts.Paths[number] is var contentPath && !IsInContentFolder(contentPath, folders)) CheckMisplaced(contentPath, document, names, path, log);
        CheckUse(document, path, specification, log);
    }

    private static bool IsDigest(InventoryTexts texts, int number, DigestAlgorithm algorithm)
    {
        Span<byte> value = stackalloc byte[Digest.MaxBytes];
        return texts.TryDecode(number, algorithm, value);
    }

    // E042 is the rule; the others say which part of the path breaks it.
    private static void CheckMisplaced(string contentPath, InventoryDocument document, HashSet<string> versions, string path, FindingLog log)
    {
        log.Add("E042", path, found: contentPath);
        var parts = contentPath.Split('/');
        if (parts.Length == 1 && contentPath.Contains('\\', StringComparison.Ordinal)) log.Add("E035", path, found: contentPath);
        else if (!versions.Contains(parts[0])) log.Add("E014", path, found: contentPath);
        else if (parts.Length > 2 && document.ContentDirectory is null) log.Add("E021", path, "content", parts[1]);
    }

    private static bool IsInContentFolder(string contentPath, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> folders)
    {
        var second = contentPath.IndexOf('/', contentPath.IndexOf('/', StringComparison.Ordinal) + 1);
        return second > 0 && second + 1 < contentPath.Length && folders.Contains(contentPath.AsSpan(0, second + 1));
    }

    // The text of 1.0 demands the same as E107, but gave it no code of its own: E050 is the nearest of its list.
    private static void CheckUse(InventoryDocument document, string path, OcflVersion specification, FindingLog log)
    {
        var texts = document.Texts;
        var (manifest, used) = (new NumberSet(), new NumberSet());
        foreach (var digest in document.Manifest!.Digests) manifest.Add(digest);
        foreach (var version in document.Versions ?? [])
            foreach (var digest in version.State?.Digests ?? [])
            {
                used.Add(texts.Lower(digest));
                if (!manifest.Contains(digest)) log.Add("E050", path, version.Name);
            }
        if (document.Versions is null) return;
        foreach (var digest in document.Manifest.Digests)
            if (!used.Contains(texts.Lower(digest))) log.Add(specification.IsAtLeast(OcflVersion.V11) ? "E107" : "E050", path, "manifest");
    }

    private static void CheckFixity(InventoryDocument document, string path, FindingLog log)
    {
        var (texts, known) = (document.Texts, new NumberSet());
        foreach (var number in document.Manifest?.Paths ?? []) known.Add(number);
        foreach (var (name, block) in document.Fixity!)
        {
            if (!RegisteredNames.FixityAlgorithms.Contains(name))
            {
                log.Add("E056", path, found: name);
                log.Add("E026", path, found: name);
            }
            var digests = new NumberSet();
            foreach (var digest in block.Digests)
                if (!digests.Add(texts.Lower(digest))) log.Add("E097", path, name);
            PathRules.CheckContent(block, texts.Paths, path, log);
            foreach (var number in block.Paths)
                if (document.Manifest is not null && !known.Contains(number)) log.Add("E057", path, name, texts.Paths[number]);
            if (DigestAlgorithm.Known.FirstOrDefault(a => a.Name == name) is not { } algorithm || block.Digests.All(d => IsDigest(texts, d, algorithm))) continue;
            log.Add("E057", path, name);
            if (EncodingCode(name) is { } code) log.Add(code, path, name);
        }
    }

    private static string? EncodingCode(string algorithm) => algorithm switch
    {
        "sha1" => "E029",
        "sha256" => "E030",
        "sha512" => "E031",
        "blake2b-512" => "E032",
        _ => null,
    };

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.\-]*:.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Scheme();
}
