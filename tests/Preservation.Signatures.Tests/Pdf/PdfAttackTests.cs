using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>
/// The known attacks on signed PDFs: universal forgery, incremental saving, signature wrapping (pdf-insecurity.org, 2019), shadow documents
/// (2021) and spoofed dictionaries. None is TOTAL_PASSED over what a reader is shown.
/// </summary>
public sealed class PdfAttackTests
{
    private readonly TestAuthority _root = new();
    private X509Certificate2 _signer = null!;

    [OneTimeSetUp]
    public void Start() => _signer = _root.IssueSigner(saysNoRevocation: true);

    [OneTimeTearDown]
    public void Stop()
    {
        _signer.Dispose();
        _root.Dispose();
    }

    [TestCase("/Contents <30>")]
    [TestCase("/ByteRange null /Contents <30>")]
    [TestCase("/ByteRange [] /Contents <30>")]
    [TestCase("/ByteRange [0 10 20 30]")]
    [TestCase("/ByteRange [0 10 20 30] /Contents null")]
    [TestCase("/ByteRange [0 10 20 30] /Contents <00>")]
    [TestCase("/ByteRange [0 10 20 30] /Contents (x)")]
    [TestCase("/ByteRange [0 -10 20 30] /Contents <30>")]
    [TestCase("/ByteRange 7 0 R /Contents <30>")]
    [TestCase("/ByteRange [(a) /b null 3] /Contents <30>")]
    public async Task Universal_forgery_is_refused(string keys)
    {
        var bench = PdfBench.Document();
        bench.Set(11, $"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached {keys} >>");
        bench.Set(10, PdfBench.Field(11));
        bench.Set(5, PdfBench.Form("7 0 R 10 0 R"));
        bench.Save();
        var report = await VerifyAsync(bench.Bytes);
        Assert.That(report.Signatures, Has.Length.EqualTo(1), report.ToJson());
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Malformed).Or.EqualTo(VerificationOutcome.Broken));
        Assert.That(report.Signatures[0].Indication, Is.EqualTo(Indication.TotalFailed));
    }

    [Test]
    public async Task A_forged_field_beside_a_signed_one_spoils_the_outcome()
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(21, "<< /Type /Sig /SubFilter /adbe.pkcs7.detached >>");
        bench.Set(20, PdfBench.Field(21, "Signature2"));
        bench.Set(5, PdfBench.Form("7 0 R 10 0 R 20 0 R"));
        bench.Save();
        var report = await VerifyAsync(bench.Bytes);
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Malformed));
        Assert.That(report.Signatures[1].Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfIncomplete));
        Assert.That(report.Signatures[0].Changes, Is.EqualTo(LaterChanges.Suspicious));
    }

    [TestCase("xref and trailer", true)]
    [TestCase("objects alone", false)]
    public async Task Incremental_saving_is_never_passed(string form, bool hasReferences)
    {
        var bench = PdfBench.Document().Sign(_signer);
        if (hasReferences)
        {
            bench.SetStream(4, "", "BT (Evil) Tj ET"u8.ToArray());
            bench.Save();
        }
        else bench.Append("4 0 obj\n<< /Length 15 >>\nstream\nBT (Evil) Tj ET\nendstream\nendobj\n%%EOF\n");
        await AssertDoubtfulAsync(bench.Bytes, form);
    }

    [Test]
    public async Task Incremental_saving_with_a_copied_signature_dictionary_is_never_passed()
    {
        var bench = PdfBench.Document().Sign(_signer);
        var text = Encoding.Latin1.GetString(bench.Bytes);
        var start = text.IndexOf("11 0 obj\n", StringComparison.Ordinal) + 9;
        var body = text[start..text.IndexOf("\nendobj", start, StringComparison.Ordinal)];
        bench.SetStream(4, "", "BT (Evil) Tj ET"u8.ToArray());
        bench.Set(11, body);
        bench.Save();
        await AssertDoubtfulAsync(bench.Bytes, "copied");
    }

    [Test]
    public async Task Wrapping_that_moves_the_second_range_is_never_passed()
    {
        // The signed tail is moved to the end of the file; evil objects stand where it was, and the range points around them.
        var original = Encoding.Latin1.GetString(PdfBench.Document().Sign(_signer).Bytes);
        var contents = original.IndexOf("/Contents <", StringComparison.Ordinal) + 10;
        var end = original.IndexOf('>', contents) + 1;
        var tail = original[end..];
        const string evil = " >>\nendobj\n4 0 obj\n<< /Length 15 >>\nstream\nBT (Evil) Tj ET\nendstream\nendobj\n";
        var range = $"/ByteRange [0 {contents} {end + evil.Length} {tail.Length}]";
        var at = original.IndexOf("/ByteRange", StringComparison.Ordinal);
        var length = original.IndexOf(']', at) + 1 - at;
        // The range itself lies in the signed bytes: it is padded so that it can be written elsewhere, in a doubled key.
        var file = original[..end] + $" {range} " + evil + tail;
        await AssertDoubtfulAsync(Encoding.Latin1.GetBytes(file), $"wrapped {length}");
    }

    [Test]
    public async Task Shadow_hide_is_never_passed()
    {
        // Signed: a picture over the text. Later: the picture is gone.
        var bench = PdfBench.Document();
        var page = PdfBench.Page("7 0 R").Replace("/Font <<", "/XObject << /Cover 30 0 R >> /Font <<", StringComparison.Ordinal);
        bench.Set(3, page);
        bench.SetStream(30, "/Type /XObject /Subtype /Form /BBox [0 0 300 200]", "0 0 300 200 re f"u8.ToArray());
        bench.SetStream(4, "", "BT (Hidden) Tj ET /Cover Do"u8.ToArray());
        bench.Save();
        await SignAsync(bench, page);
        bench.SetStream(30, "/Type /XObject /Subtype /Form /BBox [0 0 0 0]", ""u8.ToArray());
        bench.Save();
        await AssertDoubtfulAsync(bench.Bytes, "content");
    }

    [Test]
    public async Task Shadow_hide_by_freeing_is_never_passed()
    {
        var bench = PdfBench.Document();
        var page = PdfBench.Page("7 0 R").Replace("/Font <<", "/XObject << /Cover 30 0 R >> /Font <<", StringComparison.Ordinal);
        bench.Set(3, page);
        bench.SetStream(30, "/Type /XObject /Subtype /Form /BBox [0 0 300 200]", "0 0 300 200 re f"u8.ToArray());
        bench.Save();
        await SignAsync(bench, page);
        bench.Free(30);
        bench.Save();
        await AssertDoubtfulAsync(bench.Bytes, "freed");
    }

    [Test]
    public async Task Shadow_replace_of_a_font_is_never_passed()
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [32 /x] >> >>");
        bench.Save();
        await AssertDoubtfulAsync(bench.Bytes, "font");
    }

    [Test]
    public async Task Shadow_hide_and_replace_is_never_passed([Values] PdfStyle style)
    {
        // A second page tree lies in the signed bytes, led to by nothing; later the catalog, or the cross-references alone, lead to it.
        var bench = PdfBench.Document(style);
        bench.Set(30, "<< /Type /Pages /Count 1 /Kids [31 0 R] >>");
        bench.Set(31, PdfBench.Page("").Replace("4 0 R", "32 0 R", StringComparison.Ordinal));
        bench.SetStream(32, "", "BT (Evil) Tj ET"u8.ToArray());
        bench.Save(style);
        bench.Sign(_signer, style: style);
        var signed = bench.Bytes.Length;
        bench.Set(1, "<< /Type /Catalog /Pages 30 0 R /AcroForm 5 0 R >>");
        bench.Save(style);
        await AssertDoubtfulAsync(bench.Bytes, "catalog");
        // The same by a table that calls the hidden content the page's.
        var text = Encoding.Latin1.GetString(bench.Bytes)[..signed];
        var hidden = text.IndexOf("32 0 obj", StringComparison.Ordinal);
        var last = text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        text += $"xref\n4 1\n{hidden:D10} 00000 n \ntrailer\n<< /Size 99 /Root 1 0 R /Prev {last} >>\nstartxref\n{signed}\n%%EOF\n";
        await AssertDoubtfulAsync(Encoding.Latin1.GetBytes(text), "xref");
    }

    [Test]
    public async Task A_field_that_points_to_another_dictionary_later_is_told()
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(21, "<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 1 2 3] /Contents <3000> >>");
        bench.Set(10, PdfBench.Field(21));
        bench.Save();
        var report = await VerifyAsync(bench.Bytes);
        Assert.That(report.Signatures[0].Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfDictionaryReplaced).And.Contain(SignatureRules.PdfChangesSuspicious));
        Assert.That(report.Signatures[0].Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task A_signature_that_belongs_to_no_field_is_told()
    {
        var bench = PdfBench.Document();
        bench.Set(11, $"<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 0000000000 0000000000 0000000000] /Contents <{new string('0', 8000)}> >>");
        bench.Save();
        var signature = (await VerifyAsync(PdfBench.Fill(bench.Bytes, _signer))).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage), Is.EqualTo((VerificationOutcome.Intact, Coverage.Unclear)));
        Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfNoField));
    }

    [Test]
    public async Task A_history_that_leaves_the_signed_revision_out_is_never_passed()
    {
        var bench = PdfBench.Document();
        var first = Encoding.Latin1.GetString(bench.Bytes);
        bench.Sign(_signer);
        var text = Encoding.Latin1.GetString(bench.Bytes);
        var at = text.Length;
        var before = first[(first.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        text += $"xref\n40 1\n0000000009 00000 n \ntrailer\n<< /Size 99 /Root 1 0 R /Prev {before} >>\nstartxref\n{at}\n%%EOF\n";
        await AssertDoubtfulAsync(Encoding.Latin1.GetBytes(text), "left out");
    }

    // The page keeps what it shows, and what is signed passes before it is attacked.
    private async Task SignAsync(PdfBench bench, string page)
    {
        bench.Sign(_signer, page: page.Replace("/Annots [7 0 R]", "/Annots [7 0 R 10 0 R]", StringComparison.Ordinal));
        Assert.That((await VerifyAsync(bench.Bytes)).Signatures.Single().Indication, Is.EqualTo(Indication.TotalPassed));
    }

    private async Task AssertDoubtfulAsync(byte[] file, string form)
    {
        var report = await VerifyAsync(file);
        Assert.That(report.Signatures, Is.Not.Empty, form);
        foreach (var signature in report.Signatures)
        {
            Assert.That(signature.Indication, Is.Not.EqualTo(Indication.TotalPassed), form);
            Assert.That(signature.Coverage, Is.EqualTo(Coverage.Unclear), form);
        }
    }

    private Task<VerificationReport> VerifyAsync(byte[] file) => SignatureVerification.VerifyAsync(
        SigningBench.File("x.pdf", file), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);
}
