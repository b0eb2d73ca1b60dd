using System.Text;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.BagIt;
using Preservation.Testing.Rules;
using static Preservation.Packages.Tests.BagIt.BagSamples;

namespace Preservation.Packages.Tests.BagIt;

/// <summary>At least one fault for every rule of BagIt.</summary>
internal static class BagMutants
{
    private static RuleCase Bag(string rule, string fault, Action<MemoryTree> change) => new(rule, fault, async () =>
    {
        var bag = BagSamples.Bag();
        change(bag);
        return (await CheckAsync(bag)).Findings;
    });

    public static IReadOnlyList<RuleCase> All { get; } =
    [
        Bag("BAGIT-NO-DECLARATION", "no bagit.txt", b => b.Files.Remove("bagit.txt")),
        Bag("BAGIT-BOM", "a byte order mark in bagit.txt", b => b.With("bagit.txt", "\uFEFF" + Declaration)),
        Bag("BAGIT-DECLARATION", "swapped lines", b => b.With("bagit.txt", "Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n")),
        Bag("BAGIT-DECLARATION", "a blank before the colon", b => b.With("bagit.txt", "BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n")),
        Bag("BAGIT-DECLARATION", "a third line", b => b.With("bagit.txt", Declaration + "More: x\n")),
        Bag("BAGIT-DECLARATION", "one line", b => b.With("bagit.txt", "BagIt-Version: 1.0\n")),
        Bag("BAGIT-VERSION", "version 2.0", b => b.Version("2.0")),
        Bag("BAGIT-OLD-VERSION", "version 0.97", b => b.Version("0.97")),
        Bag("BAGIT-ENCODING", "an encoding nobody knows", b => b.Replace("bagit.txt", "UTF-8", "KLINGON")),
        Bag("BAGIT-ENCODING", "UTF-7", b => b.Replace("bagit.txt", "UTF-8", "utf-7")),
        Bag("BAGIT-ENCODING", "a manifest that is not UTF-8", b => b.Files[Manifest] = [0xFF, 0xFE, 0xFF]),
        Bag("BAGIT-ENCODING", "a manifest that ends within a character", b => b.Files[Manifest] = [.. b.Files[Manifest], 0xE1, 0xBA]),
        Bag("BAGIT-NOT-UTF8", "ISO-8859-1", b => b.Replace("bagit.txt", "UTF-8", "ISO-8859-1")),
        Bag("BAGIT-TAG-BOM", "a byte order mark in bag-info.txt", b => b.With("bag-info.txt", "\uFEFFA: b\n")),
        Bag("BAGIT-NO-PAYLOAD", "no data folder", b => b.Files.Keys.Where(k => k.StartsWith("data/", StringComparison.Ordinal)).ToList().ForEach(k => b.Files.Remove(k))),
        Bag("BAGIT-NO-MANIFEST", "no manifest", b => b.Files.Remove(Manifest)),
        Bag("BAGIT-NO-MANIFEST", "a manifest of an unknown algorithm only", b => Move(b, Manifest, "manifest-whirlpool.txt")),
        Bag("BAGIT-ALGORITHM", "a manifest of an unknown algorithm", b => b.With("manifest-whirlpool.txt", "00  data/a.txt\n")),
        Bag("BAGIT-DIGEST", "a wrong digest of SHA-3", b => b.With("manifest-sha3512.txt", Sha512("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-DIGEST", "a wrong digest of BLAKE2b", b => b.With("manifest-blake2b512.txt", Sha512("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-ALGORITHM-NAME", "capital letters in the manifest's name", b => Move(b, Manifest, "manifest-SHA512.txt")),
        Bag("BAGIT-ALGORITHM-NAME", "a dash in the manifest's name", b => Move(b, Manifest, "manifest-sha-512.txt")),
        Bag("BAGIT-UNVERIFIED", "a file in a manifest of an unknown algorithm only", b => b.Version("0.97").With("data/c.txt", "c").With("manifest-whirlpool.txt", "00  data/c.txt\n")),
        Bag("BAGIT-WEAK-DIGEST", "SHA-1 only", b => Move(b, Manifest, "manifest-sha1.txt")),
        Bag("BAGIT-MANIFEST-LINE", "a digest that is none", b => b.Append(Manifest, "xyz  data/a.txt\n")),
        Bag("BAGIT-MANIFEST-LINE", "a line without a path", b => b.Append(Manifest, Sha512("aaaa") + "\n")),
        Bag("BAGIT-MANIFEST-LINE", "a path without a digest", b => b.Append(Manifest, "  data/a.txt\n")),
        Bag("BAGIT-MANIFEST-LINE", "a digest of another length", b => b.Append(Manifest, Sha256("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-MANIFEST-LINE", "no hexadecimal digits of an unknown algorithm", b => b.With("manifest-whirlpool.txt", "0x  data/a.txt\n")),
        Bag("BAGIT-UNSAFE-PATH", "a path that leaves the bag", b => b.Append(Manifest, Sha512("x") + "  data/../../x\n")),
        Bag("BAGIT-UNSAFE-PATH", "an absolute path", b => b.Append(Manifest, Sha512("x") + "  /etc/hostname\n")),
        Bag("BAGIT-UNSAFE-PATH", "a home folder", b => b.Append(TagManifest, Sha512("x") + "  ~root/x\n")),
        Bag("BAGIT-UNSAFE-PATH", "a drive letter in fetch.txt", b => b.With("fetch.txt", "http://e.test/x 1 C:\\x\n")),
        Bag("BAGIT-UNSAFE-PATH", "a network path in fetch.txt", b => b.With("fetch.txt", "http://e.test/x 1 \\\\?\\UNC\\x\n")),
        Bag("BAGIT-SCOPE", "a tag file in a payload manifest", b => b.Append(Manifest, Sha512(Declaration) + "  bagit.txt\n")),
        Bag("BAGIT-SCOPE", "a payload file in a tag manifest", b => b.Append(TagManifest, Sha512("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-SCOPE", "a tag manifest that lists itself", b => b.Append(TagManifest, Sha512("x") + "  tagmanifest-sha512.txt\n")),
        Bag("BAGIT-SCOPE", "a tag file in fetch.txt", b => b.With("fetch.txt", "http://e.test/x 1 bag-info.txt\n")),
        Bag("BAGIT-DUPLICATE", "a line twice", b => b.Append(Manifest, Sha512("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-DUPLICATE", "a file under two spellings", b => b.Append(Manifest, Sha512("aaaa") + "  ./data/a.txt\n")),
        Bag("BAGIT-DUPLICATE", "a file with two digests in 0.97", b => b.Version("0.97").Append(Manifest, Sha512("x") + "  data/a.txt\n")),
        Bag("BAGIT-REPEATED", "a line twice in 0.97", b => b.Version("0.97").Append(Manifest, Sha512("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-COLLIDING", "two names that differ in case", b => Seal(b.With("data/A.txt", "x"))),
        Bag("BAGIT-COLLIDING", "two names that differ in normal form", b => Seal(b.With("data/\u1ea1", "x").With("data/a\u0323", "x"))),
        Bag("BAGIT-NORMAL-FORM", "a manifest in another normal form", b => Seal(b.With("data/é", "x")).Replace(Manifest, "data/é", "data/é".Normalize(NormalizationForm.FormD))),
        Bag("BAGIT-DOT-SLASH", "a path that begins with ./", b => b.Replace(Manifest, "  data/a", "  ./data/a")),
        Bag("BAGIT-ASTERISK", "a path with an asterisk before it", b => b.Replace(Manifest, "  data/a", " *data/a")),
        Bag("BAGIT-PERCENT", "a percent sign as it is", b => Seal(b.With("data/100%.txt", "x")).Replace(Manifest, "100%25", "100%")),
        Bag("BAGIT-LINE-END-NAME", "a name with a line end", b => Seal(b.With("data/a\nb", "x"))),
        Bag("BAGIT-DIRECTORY", "a folder in a manifest", b => b.Append(Manifest, Sha512("x") + "  data/đ\n")),
        Bag("BAGIT-MISSING", "a payload file that is not there", b => b.Files.Remove("data/a.txt")),
        Bag("BAGIT-MISSING", "a tag file that is not there", b => b.Files.Remove("bag-info.txt")),
        Bag("BAGIT-NOT-FETCHED", "a file still to be fetched", b => b.With("fetch.txt", "http://e.test/a 4 data/a.txt\n").Files.Remove("data/a.txt")),
        Bag("BAGIT-EXTRA", "a file in no manifest", b => b.With("data/c.txt", "c")),
        Bag("BAGIT-NOT-IN-ALL", "a file in one manifest of two", b => b.With("manifest-sha256.txt", Sha256("aaaa") + "  data/a.txt\n")),
        Bag("BAGIT-NOT-IN-ALL", "a file that a manifest of an unknown algorithm lacks", b => b.With("manifest-whirlpool.txt", "00  data/a.txt\n")),
        Bag("BAGIT-DIGEST", "another content of the same length", b => b.With("data/a.txt", "aaab")),
        Bag("BAGIT-DIGEST", "another tag file", b => b.With("bag-info.txt", "A: b\n")),
        Bag("BAGIT-DIGEST", "a digest of the second algorithm", b => b.With("manifest-md5.txt", new string('0', 32) + "  data/a.txt\n")),
        Bag("BAGIT-TAG-INCOMPLETE", "a tag manifest without the payload manifest", b => b.With(TagManifest, "")),
        Bag("BAGIT-TAG-UNLISTED", "a tag file in no tag manifest", b => b.With("notes/x.txt", "x")),
        Bag("BAGIT-TAG-ALGORITHM", "a tag manifest of an algorithm of its own", b => b.With("tagmanifest-sha256.txt", Sha256(Declaration) + "  bagit.txt\n")),
        Bag("BAGIT-INFO-LINE", "no colon", b => b.With("bag-info.txt", "no colon here\n")),
        Bag("BAGIT-INFO-LINE", "a blank before the colon", b => b.With("bag-info.txt", "A : b\n")),
        Bag("BAGIT-INFO-LINE", "no blank after the colon", b => b.With("bag-info.txt", "A:b\n")),
        Bag("BAGIT-INFO-LINE", "a continuation of nothing", b => b.With("bag-info.txt", "  b\nA: b\n")),
        Bag("BAGIT-INFO-REPEATED", "Bagging-Date twice", b => b.Append("bag-info.txt", "Bagging-Date: 2026-01-02\n")),
        Bag("BAGIT-INFO-VALUE", "Bagging-Date in another form", b => b.Replace("bag-info.txt", "2026-01-02", "02/01/2026")),
        Bag("BAGIT-INFO-VALUE", "Bag-Count without a total", b => b.Replace("bag-info.txt", "1 of ?", "1")),
        Bag("BAGIT-OXUM", "another number of bytes", b => b.Replace("bag-info.txt", "8.2", "9.2")),
        Bag("BAGIT-OXUM-FORM", "no number of files", b => b.Replace("bag-info.txt", "8.2", "8")),
        Bag("BAGIT-OXUM-FORM", "Payload-Oxum twice", b => b.Append("bag-info.txt", "payload-oxum: 8.2\n")),
        Bag("BAGIT-FETCH-LINE", "no length", b => b.With("fetch.txt", "http://e.test/a data/a.txt\n")),
        Bag("BAGIT-FETCH-LINE", "a path for an address", b => b.With("fetch.txt", "/tmp/a 4 data/a.txt\n")),
        Bag("BAGIT-FETCH-LENGTH", "another length than the file has", b => b.With("fetch.txt", "http://e.test/a 5 data/a.txt\n")),
        Bag("BAGIT-FETCH-UNLISTED", "a file in no manifest", b => b.With("fetch.txt", "http://e.test/a - data/z.txt\n")),
        Bag("BAGIT-FETCH-UNLISTED", "a file in one manifest of two", b => b.With("manifest-sha256.txt", Sha256("bbbb") + "  data/đ/b.txt\n").With("fetch.txt", "http://e.test/a - data/a.txt\n")),
        Bag("BAGIT-SYSTEM-FILE", ".DS_Store in the payload", b => Seal(b.With("data/.DS_Store", ""))),
        new("BAGIT-EMPTY-FOLDER", "an empty folder to be packed", PackEmptyFolderAsync),
    ];

    private static MemoryTree Move(MemoryTree bag, string from, string to)
    {
        bag.Files[to] = bag.Files[from];
        bag.Files.Remove(from);
        return bag;
    }

    private static async Task<IEnumerable<Finding>> PackEmptyFolderAsync()
    {
        var folder = new MemoryTree("f").With("a", "x");
        folder.Extra.Add(new FileEntry("empty", 0, EntryKind.EmptyFolder));
        using var zip = new MemoryStream();
        return (await BagItPacker.PackAsync(folder, "bag", [], zip, new PackOptions(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), () => Guid.Empty), default)).Findings;
    }
}
