using System.Text;
using Preservation.Signatures.Pdf;
using Preservation.Signatures.Pdf.Structure;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Pdf;

public sealed class PdfDocumentTests
{
    private static readonly SignatureLimits Limits = SignatureLimits.Default;

    [Test]
    public void Every_way_to_write_cross_references_gives_the_same_document([Values] PdfStyle first, [Values] PdfStyle second)
    {
        var bench = PdfBench.Document(first);
        bench.Set(7, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (Mai) /Rect [10 10 90 30] >>");
        bench.Save(second);
        var document = Read(bench.Bytes);
        Assert.Multiple(() =>
        {
            Assert.That(document.IsRepaired, Is.False);
            Assert.That(document.Revisions, Has.Count.EqualTo(2));
            Assert.That(document.Revisions[1].End, Is.EqualTo(bench.Bytes.Length - 1));
            Assert.That(Value(document.View(0)), Is.EqualTo("Lan"));
            Assert.That(Value(document.Last), Is.EqualTo("Mai"));
            Assert.That(document.Revisions[1].Changed, Does.Contain(7).And.Not.Contain(4));
            Assert.That(Encoding.Latin1.GetString(document.Last.Content(new PdfObject.Reference(4, 0))!), Does.Contain("(Hello) Tj"));
        });
    }

    [Test]
    public void A_freed_object_is_gone_in_the_later_revision_alone()
    {
        var bench = PdfBench.Document();
        bench.Free(7);
        bench.Save();
        var document = Read(bench.Bytes);
        Assert.That((document.View(0).Get(7) is null, document.Last.Get(7) is null), Is.EqualTo((false, true)));
    }

    [Test]
    public void What_stands_in_an_object_stream_changes_with_the_stream()
    {
        var bench = PdfBench.Document(PdfStyle.ObjectStream);
        var container = (int)Read(bench.Bytes).Last.Entry(7)!.Value.Position;
        bench.SetStream(container, "/Type /ObjStm /N 2 /First 9", "1 0 7 50 << /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>  << /Evil true >>"u8.ToArray());
        bench.Save(PdfStyle.Stream);
        Assert.That(Read(bench.Bytes).Revisions[1].Changed, Does.Contain(7).And.Contain(1));
    }

    [Test]
    public void A_header_further_on_moves_every_offset()
    {
        byte[] file = [.. "some mail header\r\n"u8, .. PdfBench.Document().Bytes];
        var document = Read(file);
        Assert.That((document.IsRepaired, Value(document.Last)), Is.EqualTo((false, "Lan")));
    }

    [TestCase("startxref\n", "startxref\n9")]
    [TestCase("xref\n0 1", "xxxx\n0 1")]
    [TestCase("trailer\n<<", "trailer\n(<")]
    public void Damaged_cross_references_are_repaired_and_that_is_said(string from, string to)
    {
        var document = Read(Replace(PdfBench.Document().Bytes, from, to));
        Assert.That((document.IsRepaired, document.Damage), Is.EqualTo((true, document.Damage)));
        Assert.That(document.Damage, Is.Not.Empty);
        if (from[0] != 't') Assert.That(Value(document.Last), Is.EqualTo("Lan"));
    }

    [Test]
    public void A_file_of_object_streams_is_repaired_too()
    {
        var document = Read(Replace(PdfBench.Document(PdfStyle.ObjectStream).Bytes, "startxref\n", "startxref\n9"));
        Assert.That((document.IsRepaired, Value(document.Last)), Is.EqualTo((true, "Lan")));
    }

    [Test]
    public void Sections_that_name_each_other_end()
    {
        var bench = PdfBench.Document();
        bench.Trailer = "/Prev 0";
        var text = Encoding.Latin1.GetString(PdfBench.Document().Bytes);
        var at = text.LastIndexOf("xref\n0 1", StringComparison.Ordinal);
        var document = Read(Encoding.Latin1.GetBytes(text.Replace("/Root 1 0 R ", $"/Root 1 0 R /Prev {at} ", StringComparison.Ordinal)));
        Assert.That(document.Damage, Does.Contain("name each other"));
    }

    [Test]
    public void An_object_that_leads_to_itself_is_null()
    {
        var bench = PdfBench.Document();
        bench.Set(20, "20 0 R");
        bench.Set(21, "22 0 R");
        bench.Set(22, "21 0 R");
        bench.Set(23, "<< /Length 23 0 R >>\nstream\nabc\nendstream");
        bench.Save();
        var view = Read(bench.Bytes).Last;
        Assert.That((view.Resolve(new PdfObject.Reference(20, 0)), view.Resolve(new PdfObject.Reference(21, 0))), Is.EqualTo(((PdfObject?)null, (PdfObject?)null)));
        Assert.That(view.Content(new PdfObject.Reference(23, 0)), Is.EqualTo("abc"u8.ToArray()));
    }

    [TestCase("<< /Length 999999999999999999999999 /A [1 2 3] >>")]
    [TestCase("[9223372036854775807 -9223372036854775808 1e400 +.5 --3 0x1F]")]
    [TestCase("<< /A << /B << /C ")]
    [TestCase("(\\777\\8\\")]
    [TestCase("<41 4>")]
    public void Odd_values_are_read_or_null_and_never_throw(string body)
    {
        var bench = PdfBench.Document();
        bench.Set(20, body);
        bench.Save();
        var document = Read(bench.Bytes);
        document.Last.Resolve(new PdfObject.Reference(20, 0));
        Assert.That(Value(document.Last), Is.EqualTo("Lan"));
    }

    [Test]
    public void Literal_strings_follow_their_escapes()
    {
        var bench = PdfBench.Document();
        bench.Set(20, "(a\\(b\\)\\101\\n(x)\\\nend)");
        bench.Save();
        Assert.That(Encoding.Latin1.GetString(((PdfObject.String)Read(bench.Bytes).Last.Get(20)!).Bytes), Is.EqualTo("a(b)A\n(x)end"));
    }

    [Test]
    public void Too_many_sections_are_not_followed()
    {
        var bench = PdfBench.Document();
        for (var i = 0; i < 5; i++)
        {
            bench.Set(30 + i, "null");
            bench.Save();
        }
        Assert.That(Read(bench.Bytes, Limits with { MaxPdfRevisions = 4 }).Damage, Does.Contain("too many"));
        Assert.That(Read(bench.Bytes, Limits with { MaxPdfObjects = 8 }).Damage, Does.Contain("too many"));
    }

    [Test]
    public async Task A_linearised_file_is_one_revision()
    {
        var linear = await QpdfAsync(PdfBench.Document(pages: 40).Bytes, "--linearize");
        var document = Read(linear);
        Assert.That((document.IsRepaired, document.Revisions.Count, Value(document.Last)), Is.EqualTo((false, 1, "Lan")));
    }

    [TestCase("40")]
    [TestCase("128", "--use-aes=n")]
    [TestCase("128", "--use-aes=y")]
    [TestCase("256")]
    [TestCase("256", "--force-R5")]
    public async Task An_enciphered_file_opens_by_the_empty_password(string bits, params string[] more)
    {
        foreach (var packing in new[] { "--object-streams=disable", "--object-streams=generate" })
        {
            var file = await QpdfAsync(PdfBench.Document().Bytes, ["--allow-weak-crypto", packing, "--encrypt", "", "owner", bits, .. more, "--"]);
            var document = Read(file);
            Assert.That(document.IsLocked, Is.False);
            Assert.That(Value(document.Last), Is.EqualTo("Lan"), packing);
            var page = document.Last.Dictionary(document.Last.Items(document.Last.Dictionary(document.Last.Catalog!["Pages"])!["Kids"])[0])!;
            Assert.That(Encoding.Latin1.GetString(document.Last.Content(page["Contents"])!), Does.Contain("(Hello) Tj"), packing);
        }
    }

    [Test]
    public async Task A_file_under_a_password_is_locked()
    {
        var file = await QpdfAsync(PdfBench.Document().Bytes, ["--encrypt", "user", "owner", "256", "--"]);
        Assert.That(Read(file).IsLocked, Is.True);
    }

    internal static async Task<byte[]> QpdfAsync(byte[] file, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllBytesAsync(System.IO.Path.Join(folder.FullName, "in.pdf"), file);
            var (exit, output) = await OutsideProgram.RunAsync("qpdf", folder.FullName, [.. arguments, "in.pdf", "out.pdf"]);
            Assert.That(exit, Is.EqualTo(0).Or.EqualTo(3), output);
            await using var stream = File.OpenRead(System.IO.Path.Join(folder.FullName, "out.pdf"));
            var made = new MemoryStream();
            await stream.CopyToAsync(made);
            return made.ToArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static byte[] Replace(byte[] file, string from, string to)
    {
        var text = Encoding.Latin1.GetString(file);
        Assert.That(text, Does.Contain(from));
        return Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    private static PdfDocument Read(byte[] file, SignatureLimits? limits = null) => PdfLayout.Read(new MemoryStream(file), limits ?? Limits, default).Document;

    private static string? Value(PdfView view) =>
        PdfField.All(view, Limits) is [var field, ..] && view.Resolve(field.Dictionary["V"]) is PdfObject.String text ? PdfField.Text(text.Bytes) : null;
}
