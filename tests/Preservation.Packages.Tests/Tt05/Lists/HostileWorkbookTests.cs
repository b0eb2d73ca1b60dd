using System.IO.Compression;
using System.Text;
using Preservation.Core;
using static Preservation.Packages.Tests.Tt05.Lists.ListSamples;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>Workbooks and CSV that are damaged or want to do harm: a finding each, no exception, bounded cost.</summary>
public sealed class HostileWorkbookTests
{
    private static byte[] With(string part, Func<string, string> change)
    {
        using var stream = new MemoryStream();
        stream.Write(Workbooks.Xlsx(Sheet()).ToArray());
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.Entries.Single(e => e.FullName.EndsWith(part, StringComparison.Ordinal));
            using var reader = new StreamReader(entry.Open());
            var text = change(reader.ReadToEnd());
            reader.Dispose();
            var name = entry.FullName;
            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }
        return stream.ToArray();
    }

    private static IEnumerable<TestCaseData> Unreadable()
    {
        var good = Workbooks.Xlsx(Sheet()).ToArray();
        yield return new TestCaseData(good[..(good.Length / 2)]).SetArgDisplayNames("half a workbook");
        yield return new TestCaseData(With("sheet1.xml", x => x[..(x.Length / 2)])).SetArgDisplayNames("half a sheet");
        yield return new TestCaseData(With("sheet1.xml", x => "<!DOCTYPE x [<!ENTITY a \"b\">]>" + x[(x.IndexOf("?>", StringComparison.Ordinal) + 2)..])).SetArgDisplayNames("a document type");
        yield return new TestCaseData(With("workbook.xml", x => x.Replace("r:id=\"", "r:id=\"no", StringComparison.Ordinal))).SetArgDisplayNames("a sheet that is not there");
        yield return new TestCaseData(With("[Content_Types].xml", x => x.Replace("spreadsheetml", "wordprocessingml", StringComparison.Ordinal))).SetArgDisplayNames("no workbook");
        yield return new TestCaseData((byte[])[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]]).SetArgDisplayNames("an old or encrypted workbook");
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task A_workbook_that_cannot_be_read_is_a_finding(byte[] workbook)
    {
        var list = await ReadAsync(new MemoryStream(workbook));
        Assert.That(list.Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "VN-LIST-UNREADABLE" }));
        Assert.That(list.Dossiers, Is.Empty);
    }

    [Test]
    public async Task A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        using var stream = new MemoryStream();
        stream.Write(Workbooks.Xlsx(Sheet()).ToArray());
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var bomb = zip.CreateEntry("xl/worksheets/bomb.xml", CompressionLevel.SmallestSize).Open();
            for (var i = 0; i < 64; i++) bomb.Write(new byte[1 << 20]);
        }
        var list = await ReadAsync(stream, limits: Limits.Default with { MaxListCharacters = 32 << 20 });
        Assert.That(list.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EquivalentTo(new[]
        {
            ("LIMIT-RATIO", "list.xlsx#xl/worksheets/bomb.xml"), ("LIMIT-METADATA-BYTES", "list.xlsx#xl/worksheets/bomb.xml"),
        }));
        Assert.That(list.Dossiers, Is.Empty);
    }

    [Test]
    public async Task A_part_longer_than_the_limit_is_not_read_to_its_end()
    {
        var list = await ReadAsync(Workbooks.Xlsx(Sheet()), limits: Limits.Default with { MaxListCharacters = 2_000 });
        Assert.That(list.Findings.Select(f => f.Rule.Code).Distinct(), Is.EqualTo(new[] { "LIMIT-METADATA-BYTES" }));
    }

    [Test]
    public async Task A_string_that_is_not_in_the_table_is_a_finding_in_its_cell()
    {
        var list = await ReadAsync(new MemoryStream(With("sheet1.xml", x => x.Replace("<x:v>60</x:v>", "<x:v>60000</x:v>", StringComparison.Ordinal))));
        Assert.That(list.Dossiers.SelectMany(d => d.Findings).Select(f => f.Rule.Code), Does.Contain("VN-LIST-FORMULA"));
    }

    [TestCase("\"never closed")]
    [TestCase(",,,,,,,\n;;;;;\n\t\t\t")]
    [TestCase("\0\0\0\0")]
    [TestCase("STT,Phông,Mục lục,Hộp số\n\"a\"b,\"c")]
    public async Task Any_text_as_CSV_is_findings_and_no_package(string text)
    {
        var list = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "list.csv");
        Assert.That((list.Findings.Length > 0, list.Dossiers.Length), Is.EqualTo((true, 0)));
    }
}
