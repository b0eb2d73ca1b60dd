using System.Diagnostics;
using System.Text;
using Preservation.Workflow.Documents;

namespace Preservation.Workflow.Tests.Documents;

/// <summary>Documents as other programs see them: qpdf for the file, poppler for fonts, text and pages.</summary>
internal sealed class PdfDocumentTests
{
    private static readonly DocumentFonts Fonts = new(Settings.Of(_ => { }));
    private static readonly DocumentColumn[] Columns = [new("Tên tệp", 3), new("Địa chỉ lưu", 2), new("Dung lượng", 1, IsNumber: true)];
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("document-").FullName;

    [TearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Vietnamese_text_comes_back_letter_by_letter_from_embedded_subsets()
    {
        const string Pangram = "Kiểm tra toàn vẹn: ẮẰẲẴẶ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ýỳỷỹỵ Đđ – Nguyễn Thị Hằng";
        var path = await WriteAsync(d =>
        {
            d.Heading("BÁO CÁO KIỂM TRA TOÀN VẸN", 1);
            d.Paragraph(Pangram.Normalize(NormalizationForm.FormD));
        });
        Assert.That(await RunAsync("pdftotext", path, "-"), Does.Contain(Pangram).And.Contain("BÁO CÁO KIỂM TRA TOÀN VẸN").And.Contain("Trang 1/1"));
        var fonts = (await RunAsync("pdffonts", path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
        Assert.That(fonts, Has.Count.EqualTo(2));
        Assert.That(fonts, Is.All.Match(@"[A-Z]{6}\+DejaVuSans(-Bold)?\s+CID TrueType\s+Identity-H\s+yes yes yes"), "embedded, subset, with Unicode");
        Assert.That(new FileInfo(path).Length, Is.LessThan(80_000));
    }

    [Test]
    public async Task The_file_is_sound_and_is_drawn_without_a_complaint()
    {
        var path = await WriteAsync(d => d.Table(Columns, Rows(300)));
        Assert.That(await RunAsync("qpdf", "--check", path), Does.Contain("No syntax or stream encoding errors found"));
        Assert.That(await RunAsync("pdftoppm", "-r", "20", "-gray", path, Path.Join(_folder, "page")), Is.Empty);
        Assert.That(Directory.EnumerateFiles(_folder, "page-*.pgm").Count(), Is.GreaterThan(4));
    }

    [Test]
    public async Task What_PDF_A_2b_asks_for_is_there()
    {
        var bytes = await File.ReadAllBytesAsync(await WriteAsync(d => d.Paragraph("a")));
        var text = Encoding.Latin1.GetString(bytes);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.StartWith("%PDF-1.7\n%âãÏÓ\n"), "§6.1.2");
            Assert.That(text, Does.Match(@"/ID \[<[0-9A-F]{32}> <[0-9A-F]{32}>\]"), "§6.1.3");
            Assert.That(text, Does.Contain("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"), "§6.6.4");
            Assert.That(text, Does.Not.Contain("/Encrypt").And.Not.Contain("/Info ").And.Not.Contain("/JavaScript").And.Not.Contain("/DeviceGray"));
            Assert.That(text, Does.Contain("/CalGray"), "§6.2.4.1: colour that needs no device");
            Assert.That(text, Does.Contain("/CIDToGIDMap /Identity"), "§6.2.11.3.2");
        }
        Assert.That(await RunAsync("qpdf", "--qdf", "--object-streams=disable", Path.Join(_folder, "d.pdf"), "-"), Does.Not.Match(@"(?m)^[0-9. ]* (g|rg|k|G|RG|K)$"), "no colour of a device");
    }

    [Test]
    public async Task A_long_table_goes_over_pages_with_its_titles_on_each()
    {
        var path = await WriteAsync(d => d.Table(Columns, Rows(200)));
        var pages = (await RunAsync("pdftotext", "-layout", path, "-")).Split('\f', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(pages, Has.Length.GreaterThan(3));
        Assert.That(pages, Is.All.Contain("Tên tệp"));
        Assert.That(pages[^1], Does.Contain($"Trang {pages.Length}/{pages.Length}"));
        foreach (var row in (int[])[1, 100, 200]) Assert.That(pages.Count(p => p.Contains($"quyết-định-{row:D4}.pdf", StringComparison.Ordinal)), Is.EqualTo(1), $"row {row}");
    }

    [Test]
    public async Task A_row_higher_than_a_page_loses_nothing()
    {
        var path = await WriteAsync(d => d.Table(Columns, [[string.Join('\n', Enumerable.Range(1, 150).Select(i => $"dòng{i}")), "x", "1"]]));
        var text = await RunAsync("pdftotext", path, "-");
        Assert.That(Enumerable.Range(1, 150).Where(i => !text.Split('\n').Contains($"dòng{i}")), Is.Empty);
    }

    [Test]
    public async Task What_has_no_place_to_break_stays_within_its_column()
    {
        var key = "ocfl/" + string.Concat(Enumerable.Repeat("0a1b2c3d", 40));
        var path = await WriteAsync(d => d.Table(Columns, [[key, "b", "1"]]));
        Assert.That((await RunAsync("pdftotext", "-layout", path, "-")).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), Does.Contain(key[..30]));
        Assert.That(string.Concat((await RunAsync("pdftotext", "-x", "0", "-y", "0", "-W", "300", "-H", "800", path, "-")).Split('\n').Where(l => l.All(char.IsAsciiLetterOrDigit) || l.StartsWith("ocfl/", StringComparison.Ordinal))), Does.Contain(key));
    }

    [Test]
    public async Task Hostile_text_is_shown_as_a_mark_and_never_as_the_glyph_of_nothing()
    {
        var path = await WriteAsync(d => d.Paragraph("a\u0000b\u202Ec\uD800d\U0001F9FFe (x) \\ <y>"));
        Assert.That(await RunAsync("pdftotext", path, "-"), Does.Contain("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe (x) \\ <y>"));
        Assert.That(await RunAsync("qpdf", "--qdf", "--object-streams=disable", path, "-"), Does.Not.Match("<(....)*0000(....)*> Tj"));
    }

    [Test]
    public async Task The_same_document_is_the_same_bytes_and_another_is_not()
    {
        var once = await File.ReadAllBytesAsync(await WriteAsync(d => d.Paragraph("a")));
        var again = await File.ReadAllBytesAsync(await WriteAsync(d => d.Paragraph("a")));
        Assert.That(again, Is.EqualTo(once));
        Assert.That(await File.ReadAllBytesAsync(await WriteAsync(d => d.Paragraph("b"))), Is.Not.EqualTo(once));
    }

    [Test]
    public void A_document_ends_once()
    {
        using var document = new PdfDocument(Fonts, Description);
        document.ToPdf();
        Assert.That(document.ToPdf, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Places_to_sign_stay_together()
    {
        var path = await WriteAsync(d =>
        {
            for (var i = 0; i < 36; i++) d.Paragraph("dòng");
            d.SignaturePlaces(("Người kiểm tra", "Nguyễn Văn A"), ("Người phê duyệt", "Trần Thị B"));
        });
        var last = (await RunAsync("pdftotext", "-layout", path, "-")).Split('\f', StringSplitOptions.RemoveEmptyEntries)[^1];
        foreach (var word in (string[])["Người kiểm tra", "Nguyễn Văn A", "Người phê duyệt", "Trần Thị B"]) Assert.That(last, Does.Contain(word));
    }

    [Test]
    public void A_font_that_is_not_there_or_is_none_is_told()
    {
        Assert.That(() => new PdfDocument(new DocumentFonts(Settings.Of(o => o.Documents.Font = "/nowhere/font.ttf")), Description), Throws.InstanceOf<FontMissingException>().With.Message.Contains("/nowhere/font.ttf"));
        var none = Path.Join(_folder, "none.ttf");
        File.WriteAllBytes(none, new byte[2000]);
        Assert.That(() => new PdfDocument(new DocumentFonts(Settings.Of(o => o.Documents.Font = none)), Description), Throws.InstanceOf<FontMissingException>());
    }

    private static DocumentDescription Description => new("Báo cáo & <thử>", "vi", new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), "test", "Trang");

    private static IEnumerable<string[]> Rows(int count) => Enumerable.Range(1, count).Select(i => new[] { $"quyết-định-{i:D4}.pdf", $"kho-một/ocfl/{i}", $"{i * 1000}" });

    private async Task<string> WriteAsync(Action<PdfDocument> fill)
    {
        using var document = new PdfDocument(Fonts, Description);
        fill(document);
        var path = Path.Join(_folder, "d.pdf");
        await File.WriteAllBytesAsync(path, document.ToPdf());
        return path;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output + await error;
    }
}
