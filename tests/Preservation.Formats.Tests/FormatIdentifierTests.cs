using System.IO.Compression;
using System.Text;

namespace Preservation.Formats.Tests;

internal sealed class FormatIdentifierTests
{
    private static string? Puid(string path, params byte[] head) => FormatIdentifier.Identify(path, head)?.Puid;

    [TestCase("%PDF-1.4\n", "fmt/18")]
    [TestCase("%PDF-1.7\n", "fmt/276")]
    [TestCase("%PDF-2.0\n", "fmt/1129")]
    [TestCase("%PDF-1.7\n<x pdfaid:part=\"2\" pdfaid:conformance=\"B\"/>", "fmt/477")]
    [TestCase("%PDF-1.4\n<pdfaid:part>1</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", "fmt/95")]
    [TestCase("GIF89a..", "fmt/4")]
    [TestCase("{\\rtf1\\ansi", "fmt/355")]
    [TestCase("<?xml version=\"1.0\"?><a/>", "fmt/101")]
    [TestCase("<!DOCTYPE html><html>", "fmt/471")]
    public void Text_like_heads_are_told_by_their_bytes(string head, string puid) =>
        Assert.That(Puid("file.bin", Encoding.UTF8.GetBytes(head)), Is.EqualTo(puid));

    [TestCase(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, "fmt/11")]
    [TestCase(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 0 }, "fmt/43")]
    [TestCase(new byte[] { 0x49, 0x49, 0x2A, 0x00 }, "fmt/353")]
    [TestCase(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }, "fmt/111")]
    public void Binary_heads_are_told_by_their_bytes(byte[] head, string puid) => Assert.That(Puid("file.txt", head), Is.EqualTo(puid));

    [TestCase("word/document.xml", "a.docx", "fmt/412")]
    [TestCase("xl/workbook.xml", "a.xlsx", "fmt/214")]
    [TestCase("ppt/presentation.xml", "a.pptx", "fmt/215")]
    [TestCase("other.txt", "a.zip", "x-fmt/263")]
    public void Containers_are_told_by_their_entries(string entry, string path, string puid)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true)) zip.CreateEntry(entry);
        Assert.That(Puid(path, stream.ToArray()), Is.EqualTo(puid));
    }

    [Test]
    public void A_table_is_told_by_its_name_only_and_says_so() =>
        Assert.That(FormatIdentifier.Identify("a.csv", "a;b\n1;2\n"u8)!.Basis, Is.EqualTo(MatchBasis.Extension));

    [Test]
    public void Vietnamese_text_in_UTF_8_is_text() => Assert.That(Puid("a.txt", Encoding.UTF8.GetBytes("Cộng hòa xã hội chủ nghĩa Việt Nam")), Is.EqualTo("x-fmt/111"));

    [Test]
    public void What_fits_nothing_is_unknown_and_not_guessed()
    {
        Assert.That(Puid("a.pdf", 0, 1, 2, 3), Is.Null, "a name alone does not make a PDF");
        Assert.That(Puid("empty.txt"), Is.Null);
    }
}
