using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.BagIt;

namespace Preservation.Packages.Tests.BagIt;

public sealed class BagItTests
{
    private const string Version1 = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

    private static MemoryTree Bag()
    {
        var bag = new MemoryTree("bag").With("bagit.txt", Version1).With("data/a.txt", "aaaa").With("data/đ/b.txt", "bbbb").With("bag-info.txt", "External-Identifier: X1\nPayload-Oxum: 8.2\n");
        return Seal(bag);
    }

    // Writes both manifests anew, as the files are now.
    private static MemoryTree Seal(MemoryTree bag)
    {
        bag.With("manifest-sha512.txt", Lines(bag, p => p.StartsWith("data/", StringComparison.Ordinal)));
        return bag.With("tagmanifest-sha512.txt", Lines(bag, p => !p.StartsWith("data/", StringComparison.Ordinal) && !p.StartsWith("tagmanifest", StringComparison.Ordinal)));
    }

    private static string Lines(MemoryTree bag, Func<string, bool> wanted) =>
        string.Concat(bag.Files.Keys.Where(wanted).Select(p => $"{Convert.ToHexStringLower(SHA512.HashData(bag.Files[p]))}  {p}\n"));

    private static Task<PackageReport> CheckAsync(MemoryTree bag) => BagItValidator.CheckAsync(bag, Limits.Default, default);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(text)));

    [Test]
    public async Task A_sound_bag_has_no_finding()
    {
        var report = await CheckAsync(Bag());
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings, Is.Empty);
            Assert.That((report.Valid, report.Version, report.Files, report.Description!.ObjId), Is.EqualTo((true, "1.0", 6, "X1")));
        });
    }

    private static TestCaseData Case(string code, Action<MemoryTree> change, string? name = null) => new TestCaseData(code, change).SetName($"{{m}}({name ?? code})");

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("BAGIT-NO-DECLARATION", b => b.Files.Remove("bagit.txt"));
        yield return Case("BAGIT-BOM", b => b.With("bagit.txt", "\uFEFF" + Version1));
        yield return Case("BAGIT-DECLARATION", b => b.With("bagit.txt", "Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n"), "swapped lines");
        yield return Case("BAGIT-DECLARATION", b => b.With("bagit.txt", "BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"), "blank before the colon");
        yield return Case("BAGIT-DECLARATION", b => b.With("bagit.txt", Version1 + "More: x\n"), "third line");
        yield return Case("BAGIT-VERSION", b => b.With("bagit.txt", Version1.Replace("1.0", "2.0", StringComparison.Ordinal)));
        yield return Case("BAGIT-OLD-VERSION", b => b.With("bagit.txt", Version1.Replace("1.0", "0.97", StringComparison.Ordinal)));
        yield return Case("BAGIT-ENCODING", b => b.With("bagit.txt", Version1.Replace("UTF-8", "KLINGON", StringComparison.Ordinal)), "unknown encoding");
        yield return Case("BAGIT-ENCODING", b => b.Files["manifest-sha512.txt"] = [0xFF, 0xFE, 0xFF], "not UTF-8");
        yield return Case("BAGIT-NO-PAYLOAD", b => b.Files.Keys.Where(k => k.StartsWith("data/", StringComparison.Ordinal)).ToList().ForEach(k => b.Files.Remove(k)));
        yield return Case("BAGIT-NO-MANIFEST", b => b.Files.Remove("manifest-sha512.txt"));
        yield return Case("BAGIT-ALGORITHM", b => b.With("manifest-whirlpool.txt", "00 data/a.txt\n"));
        yield return Case("BAGIT-WEAK-DIGEST", b =>
        {
            b.Files.Remove("manifest-sha512.txt");
            b.With("manifest-sha1.txt", "");
        });
        yield return Case("BAGIT-MANIFEST-LINE", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt") + "xyz  data/a.txt\n"));
        yield return Case("BAGIT-UNSAFE-PATH", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt") + Hash("x") + "  data/../../x\n"));
        yield return Case("BAGIT-UNSAFE-PATH", b => b.With("fetch.txt", "http://e.test/x 1 C:\\x\n"), "drive in fetch.txt");
        yield return Case("BAGIT-SCOPE", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt") + Hash(Version1) + "  bagit.txt\n"));
        yield return Case("BAGIT-SCOPE", b => b.With("tagmanifest-sha512.txt", Hash("aaaa") + "  data/a.txt\n"), "payload in a tag manifest");
        yield return Case("BAGIT-DUPLICATE", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt") + Hash("aaaa") + "  data/a.txt\n"));
        yield return Case("BAGIT-REPEATED", b => b.With("bagit.txt", Version1.Replace("1.0", "0.97", StringComparison.Ordinal)).With("manifest-sha512.txt", b.Text("manifest-sha512.txt") + Hash("aaaa") + "  data/a.txt\n"));
        yield return Case("BAGIT-COLLIDING", b => Seal(b.With("data/A.txt", "x")));
        yield return Case("BAGIT-NORMAL-FORM", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt").Replace("đ/b", "é/b", StringComparison.Ordinal).Normalize(NormalizationForm.FormD)).With("data/é/b.txt", "bbbb"));
        yield return Case("BAGIT-DOT-SLASH", b => b.With("manifest-sha512.txt", b.Text("manifest-sha512.txt").Replace("  data/a", "  ./data/a", StringComparison.Ordinal)));
        yield return Case("BAGIT-MISSING", b => b.Files.Remove("data/a.txt"));
        yield return Case("BAGIT-NOT-FETCHED", b => b.With("fetch.txt", "http://e.test/a 4 data/a.txt\n").Files.Remove("data/a.txt"));
        yield return Case("BAGIT-EXTRA", b => b.With("data/c.txt", "c"));
        yield return Case("BAGIT-NOT-IN-ALL", b => b.With("manifest-sha256.txt", Convert.ToHexStringLower(SHA256.HashData("aaaa"u8)) + "  data/a.txt\n"));
        yield return Case("BAGIT-DIGEST", b => b.With("data/a.txt", "aaab"));
        yield return Case("BAGIT-DIGEST", b => b.With("bag-info.txt", "A: b\n"), "tag file changed");
        yield return Case("BAGIT-TAG-INCOMPLETE", b => b.With("tagmanifest-sha512.txt", ""));
        yield return Case("BAGIT-INFO-LINE", b => b.With("bag-info.txt", "no colon here\n"));
        yield return Case("BAGIT-INFO-LINE-OLD", b => b.With("bagit.txt", Version1.Replace("1.0", "0.96", StringComparison.Ordinal)).With("bag-info.txt", "no colon here\n"));
        yield return Case("BAGIT-OXUM", b => b.With("bag-info.txt", "Payload-Oxum: 9.2\n"));
        yield return Case("BAGIT-FETCH-LINE", b => b.With("fetch.txt", "http://e.test/a data/a.txt\n"));
        yield return Case("BAGIT-FETCH-UNLISTED", b => b.With("fetch.txt", "http://e.test/a - data/z.txt\n"));
        yield return Case("BAGIT-SYSTEM-FILE", b => Seal(b.With("data/.DS_Store", "")));
    }

    [TestCaseSource(nameof(Cases))]
    public async Task A_fault_is_found(string code, Action<MemoryTree> change)
    {
        var bag = Bag();
        change(bag);
        var report = await CheckAsync(bag);
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain(code));
    }

    [Test]
    public void Every_rule_has_a_failing_case() =>
        Assert.That(BagItRules.All.Select(r => r.Code).Except(Cases().Select(c => (string)c.Arguments[0]!)), Is.EqualTo(new[] { "BAGIT-EMPTY-FOLDER" }));

    [Test]
    public async Task Names_with_escaped_percent_signs_are_found()
    {
        var bag = Bag().With("data/100%.txt", "x");
        Seal(bag);
        bag.With("manifest-sha512.txt", bag.Text("manifest-sha512.txt").Replace("100%", "100%25", StringComparison.Ordinal)).With("bag-info.txt", "");
        bag.Files.Remove("tagmanifest-sha512.txt");
        Assert.That((await CheckAsync(bag)).Findings, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Corpus() =>
        Preservation.Testing.SharedFiles.HasCorpus
            ? CorpusArchive.Rows("bagit/").Select(r => new TestCaseData(r[0], r[8]).SetName("{m}(" + r[0] + ")"))
            : [new TestCaseData("", "")]; // one case, which asks for the corpus and says that it is missing

    [TestCaseSource(nameof(Corpus))]
    public async Task The_corpus_is_judged_as_its_authors_do(string path, string expected)
    {
        var report = await CheckAsync(CorpusArchive.Read(Path.Combine(Shared.Corpus, path)));
        var told = string.Join(", ", report.Findings.Select(f => f.Rule.Code));
        if (expected.StartsWith("INVALID", StringComparison.Ordinal)) Assert.That(report.Valid, Is.False, told);
        else if (expected == "VALID") Assert.That(report.Valid, told);
        else if (expected == "VALID+WARN") Assert.That((report.Valid, report.Findings.Any(f => f.Rule.Severity == Severity.Warning)), Is.EqualTo((true, true)), told);
        else Assert.That(report.Findings, Is.Not.Empty);
    }

    [Test]
    public async Task A_packed_folder_checks_without_a_finding_and_equal_input_gives_equal_bytes()
    {
        var folder = new MemoryTree("f").With("a/b.txt", "x").With("100% tệp.txt", "y");
        var (first, zip) = await PackAsync(folder);
        var (_, again) = await PackAsync(folder);
        var report = await CheckAsync(MemoryTree.FromZip(zip));
        Assert.Multiple(() =>
        {
            Assert.That(first.FileName, Is.EqualTo("túi.zip"));
            Assert.That(report.Findings, Is.Empty);
            Assert.That(again, Is.EqualTo(zip));
            Assert.That(report.Description!.AgencyName, Is.EqualTo("Bộ Nội vụ"));
        });
    }

    [Test]
    public async Task An_unsafe_name_stops_the_packing_and_an_empty_folder_is_a_warning()
    {
        var (result, zip) = await PackAsync(new MemoryTree("f").With("../a", "x"));
        var folder = new MemoryTree("f").With("a", "x");
        folder.Extra.Add(new FileEntry("empty", 0, EntryKind.EmptyFolder));
        var (second, _) = await PackAsync(folder);
        Assert.Multiple(() =>
        {
            Assert.That((result.ObjId, zip.Length), Is.EqualTo(((string?)null, 0)));
            Assert.That(second.Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "BAGIT-EMPTY-FOLDER" }));
        });
    }

    [Test]
    public void Whatever_is_packed_checks_without_a_finding()
    {
        var names = Gen.Elements("a", "B", "ấ", "x%y", "1 2", "%0A").SelectMany(n => Gen.Choose(0, 9).Select(i => $"d{i}/{n}{i}")).NonEmptyListOf().ToArbitrary();
        Prop.ForAll(names, list =>
        {
            var folder = new MemoryTree("f");
            foreach (var name in list) folder.With(name, name);
            var (result, zip) = Task.Run(() => PackAsync(folder)).GetAwaiter().GetResult();
            return result.Findings.IsEmpty && Task.Run(() => CheckAsync(MemoryTree.FromZip(zip))).GetAwaiter().GetResult().Findings.IsEmpty;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    private static async Task<(PackResult, byte[])> PackAsync(MemoryTree folder)
    {
        using var zip = new MemoryStream();
        var options = new PackOptions(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), () => Guid.Empty);
        var result = await BagItPacker.PackAsync(folder, "túi", [new("Source-Organization", "Bộ Nội vụ")], zip, options, default);
        return (result, zip.ToArray());
    }
}
