using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>Documents made to cost: each ends with an answer that is not a pass, within the patience of a clerk.</summary>
[CancelAfter(60_000)]
public sealed class PdfHostileTests
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

    [Test]
    public async Task Thousands_of_streams_that_share_one_end(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document();
        bench.Set(200, $"[{string.Concat(Enumerable.Range(1_000, 20_000).Select(i => $"{i} 0 R "))}]");
        bench.Save();
        var text = new StringBuilder(Encoding.Latin1.GetString(bench.Bytes));
        var last = text.ToString()[(text.ToString().LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        var table = new StringBuilder();
        for (var i = 1_000; i < 21_000; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{i} 1\n{text.Length:D10} 00000 n \n");
            text.Append(CultureInfo.InvariantCulture, $"{i} 0 obj\n<< /Length 1 >>\nstream\n");
        }
        text.Append("endstream\nendobj\n");
        var at = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n{table}trailer\n<< /Size 30000 /Root 1 0 R /Evil 200 0 R /Prev {last} >>\nstartxref\n{at}\n%%EOF\n");
        await AssertAnsweredAsync(Encoding.Latin1.GetBytes(text.ToString()), cancellationToken);
    }

    [Test]
    public async Task A_page_tree_that_contains_itself(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(2, "<< /Type /Pages /Count 9 /Kids [2 0 R 3 0 R 2 0 R] /Parent 2 0 R >>");
        bench.Save();
        await AssertAnsweredAsync(bench.Bytes, cancellationToken);
    }

    [Test]
    public async Task A_form_of_kids_that_contain_each_other(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(5, PdfBench.Form("7 0 R 10 0 R 50 0 R"));
        for (var i = 50; i < 90; i++) bench.Set(i, $"<< /FT /Tx /T (x) /Kids [{string.Concat(Enumerable.Range(50, 40).Select(n => $"{n} 0 R "))}] >>");
        bench.Save();
        await AssertAnsweredAsync(bench.Bytes, cancellationToken);
    }

    [Test]
    public async Task Direct_dictionaries_beyond_any_depth(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(3, string.Concat(Enumerable.Repeat("<< /A ", 50_000)));
        bench.Save();
        await AssertAnsweredAsync(bench.Bytes, cancellationToken);
    }

    [Test]
    public async Task References_beyond_any_depth(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document(catalog: "/Chain 1000 0 R");
        for (var i = 1_000; i < 31_000; i++) bench.Set(i, $"<< /Next {i + 1} 0 R >>");
        bench.Save();
        bench.Sign(_signer);
        bench.Set(30_999, "<< /Evil true >>");
        bench.Save();
        var report = await AssertAnsweredAsync(bench.Bytes, cancellationToken);
        Assert.That(report.Signatures.Single().Changes, Is.EqualTo(LaterChanges.Suspicious));
    }

    [Test]
    public async Task Object_streams_that_inflate_without_end(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document().Sign(_signer);
        var content = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(content, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 300; i++) zlib.Write(new byte[1 << 20]);
        bench.SetStream(60, "/Type /ObjStm /N 9 /First 9 /Filter /FlateDecode", content.ToArray());
        bench.Save();
        await AssertAnsweredAsync(bench.Bytes, cancellationToken, mayPass: true);
    }

    [Test]
    public async Task Hundreds_of_revisions(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document(pages: 200).Sign(_signer);
        for (var i = 0; i < 300; i++)
        {
            bench.Set(7, $"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V ({i}) /Rect [10 10 90 30] /P 3 0 R >>");
            bench.Save();
        }
        var report = await AssertAnsweredAsync(bench.Bytes, cancellationToken, mayPass: true);
        Assert.That(report.Signatures.Single().Changes, Is.EqualTo(LaterChanges.Allowed));
    }

    [Test]
    public async Task More_signatures_than_allowed(CancellationToken cancellationToken)
    {
        var bench = PdfBench.Document();
        for (var i = 0; i < 600; i++) bench.Set(1_000 + i, "<< /ByteRange [0 1 2 3] /Contents <3000> >>");
        bench.Save();
        var report = await AssertAnsweredAsync(bench.Bytes, cancellationToken);
        Assert.That((report.Outcome, report.Findings.Single().Rule), Is.EqualTo((VerificationOutcome.Unsupported, SignatureRules.Limit)));
    }

    private async Task<VerificationReport> AssertAnsweredAsync(byte[] file, CancellationToken cancellationToken, bool mayPass = false)
    {
        var report = await SignatureVerification.VerifyAsync(SigningBench.File("x.pdf", file), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, cancellationToken);
        if (!mayPass) Assert.That(report.Signatures.Select(s => s.Indication), Has.None.EqualTo(Indication.TotalPassed));
        return report;
    }
}
