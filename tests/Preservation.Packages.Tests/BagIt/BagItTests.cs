using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.BagIt;
using Preservation.Testing.Rules;
using static Preservation.Packages.Tests.BagIt.BagSamples;

namespace Preservation.Packages.Tests.BagIt;

public sealed class BagItTests
{
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

    [TestCaseSource(typeof(BagMutants), nameof(BagMutants.All))]
    public Task A_fault_is_found(RuleCase mutant) => mutant.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync("BagIt", BagItRules.All, BagMutants.All, [new RuleSample("good bag", async () => (await CheckAsync(Bag())).Findings)]);

    [TestCase("BAGIT-DECLARATION", "bagit.txt", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\nMore: x\n")]
    [TestCase("BAGIT-TAG-BOM", "bag-info.txt", "\uFEFFA: b\n")]
    [TestCase("BAGIT-TAG-INCOMPLETE", "tagmanifest-sha512.txt", "")]
    [TestCase("BAGIT-INFO-LINE", "bag-info.txt", "no colon\n")]
    [TestCase("BAGIT-OXUM-FORM", "bag-info.txt", "Payload-Oxum: 8\n")]
    public async Task What_only_1_0_demands_is_a_warning_before(string code, string path, string text)
    {
        var bag = Bag().Version("0.97").With(path, text);
        if (path != "tagmanifest-sha512.txt") bag.SealTags();
        var report = await CheckAsync(bag);
        Assert.That(report.Findings.Where(f => f.Rule.Code == code).Select(f => f.Rule.Severity), Is.EqualTo(new[] { Severity.Warning }));
        Assert.That(report.Valid, string.Join(", ", report.Findings.Select(f => f.Rule.Code)));
    }

    private static IEnumerable<TestCaseData> Encodings()
    {
        yield return new TestCaseData("UTF-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: true));
        yield return new TestCaseData("UTF-16", new UnicodeEncoding(bigEndian: false, byteOrderMark: true));
        yield return new TestCaseData("utf-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: false));
        yield return new TestCaseData("UTF-16LE", new UnicodeEncoding(bigEndian: false, byteOrderMark: false));
        yield return new TestCaseData("UTF-32", new UTF32Encoding(bigEndian: false, byteOrderMark: true));
        yield return new TestCaseData("windows-1258", CodePagesEncodingProvider.Instance.GetEncoding(1258)!);
        yield return new TestCaseData("Shift_JIS", CodePagesEncodingProvider.Instance.GetEncoding("shift_jis")!);
        yield return new TestCaseData("US-ASCII", Encoding.ASCII);
    }

    [TestCaseSource(nameof(Encodings))]
    public async Task Tag_files_are_read_in_the_encoding_that_the_bag_declares(string name, Encoding encoding)
    {
        var bag = Bag().With("bagit.txt", Declaration.Replace("UTF-8", name, StringComparison.Ordinal));
        bag.Files.Remove("data/đ/b.txt");
        bag.Files.Remove(TagManifest);
        foreach (var (path, text) in new[] { (Manifest, $"{Sha512("aaaa")}  data/a.txt\n"), ("bag-info.txt", "Payload-Oxum: 4.1\n") })
            bag.Files[path] = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        Assert.That((await CheckAsync(bag)).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "BAGIT-NOT-UTF8" }));
    }

    [Test]
    public async Task Lines_end_in_any_of_three_ways([Values("\n", "\r", "\r\n")] string end, [Values] bool endsTheLast)
    {
        var bag = Bag();
        foreach (var path in new[] { "bagit.txt", "bag-info.txt", Manifest, TagManifest })
        {
            if (path == TagManifest) bag.SealTags();
            var text = bag.Text(path).Replace("\n", end, StringComparison.Ordinal);
            bag.With(path, endsTheLast ? text : text[..^end.Length]);
        }
        Assert.That((await CheckAsync(bag)).Findings, Is.Empty);
    }

    [Test]
    public async Task Long_lines_are_read_whole_and_those_beyond_the_limit_not_at_all()
    {
        var bag = Bag().Append("bag-info.txt", "Long: " + new string('x', 100_000) + "\r\nLast: y\r\n").SealTags();
        var report = await CheckAsync(bag);
        Assert.That(report.Findings, Is.Empty);
        Assert.That(report.Description!.Fields.Select(f => f.Value.Length).TakeLast(2), Is.EqualTo(new[] { 100_000, 1 }));
        var limited = await BagItValidator.CheckAsync(bag, Limits.Default with { MaxLineLength = 90_000 }, default);
        Assert.That(limited.Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "LIMIT-LINE-LENGTH" }));
    }

    [Test]
    public async Task A_name_with_a_line_end_is_found_in_an_archive_too()
    {
        var bag = Seal(Bag().With("data/a\nb", "x").With("bag-info.txt", "A: b\n"));
        var file = Path.GetTempFileName();
        try
        {
            using (var zip = System.IO.Compression.ZipFile.Open(file, System.IO.Compression.ZipArchiveMode.Update))
                foreach (var (path, content) in bag.Files)
                    using (var entry = zip.CreateEntry("bag/" + path).Open()) entry.Write(content);
            var (tree, _) = await FileTrees.OpenAsync(file, Limits.Default, default);
            await using (tree)
                Assert.That((await BagItValidator.CheckAsync(tree!, Limits.Default, default)).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "BAGIT-LINE-END-NAME" }));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Names_with_escaped_percent_signs_are_found()
    {
        var bag = Seal(Bag().With("data/100%.txt", "x").With("data/%0A", "y").With("bag-info.txt", ""));
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
