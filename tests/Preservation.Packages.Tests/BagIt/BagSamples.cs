using System.Security.Cryptography;
using System.Text;
using Preservation.Core;
using Preservation.Packages.BagIt;

namespace Preservation.Packages.Tests.BagIt;

/// <summary>A bag that breaks no rule, and what tests change in it.</summary>
internal static class BagSamples
{
    public const string Declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    public const string Manifest = "manifest-sha512.txt";
    public const string TagManifest = "tagmanifest-sha512.txt";

    public static MemoryTree Bag() => Seal(new MemoryTree("bag").With("bagit.txt", Declaration).With("data/a.txt", "aaaa").With("data/đ/b.txt", "bbbb")
        .With("bag-info.txt", "External-Identifier: X1\nBagging-Date: 2026-01-02\nBag-Count: 1 of ?\nPayload-Oxum: 8.2\n"));

    /// <summary>The same as another version.</summary>
    public static MemoryTree Version(this MemoryTree bag, string version) => bag.With("bagit.txt", bag.Text("bagit.txt").Replace("1.0", version, StringComparison.Ordinal));

    /// <summary>Writes both manifests anew, as the files are now.</summary>
    public static MemoryTree Seal(MemoryTree bag)
    {
        bag.With(Manifest, Lines(bag, p => p.StartsWith("data/", StringComparison.Ordinal)));
        return SealTags(bag);
    }

    /// <summary>Writes the tag manifest anew.</summary>
    public static MemoryTree SealTags(this MemoryTree bag) =>
        bag.With(TagManifest, Lines(bag, p => !p.StartsWith("data/", StringComparison.Ordinal) && !p.StartsWith("tagmanifest", StringComparison.Ordinal)));

    /// <summary>Adds a line to a file.</summary>
    public static MemoryTree Append(this MemoryTree bag, string path, string text) => bag.With(path, bag.Files.ContainsKey(path) ? bag.Text(path) + text : text);

    public static Task<PackageReport> CheckAsync(MemoryTree bag) => BagItValidator.CheckAsync(bag, Limits.Default, default);

    public static string Sha512(string text) => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Lines(MemoryTree bag, Func<string, bool> wanted) =>
        string.Concat(bag.Files.Keys.Where(wanted).Select(p => $"{Convert.ToHexStringLower(SHA512.HashData(bag.Files[p]))}  {p.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)}\n"));
}
