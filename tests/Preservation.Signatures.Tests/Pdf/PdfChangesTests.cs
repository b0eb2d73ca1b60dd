using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>What may be done to a document after it was signed, and what may not: each later revision under each permission.</summary>
public sealed class PdfChangesTests
{
    private readonly TestAuthority _root = new();
    private X509Certificate2 _signer = null!;

    // By permission: none stated, DocMDP 1, 2, 3.
    private static readonly (string Name, Action<PdfBench> Change, string Verdicts)[] Cases =
    [
        ("metadata", b => { b.Trailer = "/Info 30 0 R"; b.Set(30, "<< /ModDate (D:2026) >>"); }, "AAAA"),
        ("metadata stream", b => { b.Set(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Metadata 30 0 R >>"); b.SetStream(30, "/Type /Metadata", "<x/>"u8.ToArray()); }, "AAAA"),
        ("store", b => { b.Set(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS << /Certs [30 0 R] >> >>"); b.SetStream(30, "", [0x30, 0]); }, "AAAA"),
        ("form value", b => b.Set(7, Text("(Mai)", "/AP << /N 30 0 R >>")), "ASAA"),
        ("form appearance in place", b => b.SetStream(8, "/Type /XObject /Subtype /Form /BBox [0 0 80 20] /Resources << /Font << /F1 6 0 R >> >>", "BT (Mai) Tj ET"u8.ToArray()), "ASAA"),
        ("form place", b => b.Set(7, Text("(Lan)", "/AP << /N 8 0 R >>").Replace("[10 10", "[0 0", StringComparison.Ordinal)), "SSSS"),
        ("form flags", b => b.Set(7, Text("(Lan)", "/AP << /N 8 0 R >> /F 2")), "SSSS"),
        ("form action", b => b.Set(7, Text("(Lan)", "/AP << /N 8 0 R >> /AA << /K << /S /JavaScript /JS (x) >> >>")), "SSSS"),
        ("form field removed", b => b.Set(5, PdfBench.Form("10 0 R")), "SSSS"),
        ("form field added", b => { b.Set(5, PdfBench.Form("7 0 R 10 0 R 30 0 R")); b.Set(30, "<< /FT /Tx /T (More) /V (x) >>"); }, "SSSS"),
        ("empty signature field added", b => { b.Set(5, PdfBench.Form("7 0 R 10 0 R 30 0 R")); b.Set(30, "<< /FT /Sig /T (More) /Subtype /Widget /Rect [0 0 0 0] >>"); }, "ASAA"),
        ("comment", b => { b.Set(3, PdfBench.Page("7 0 R 10 0 R 30 0 R")); b.Set(30, "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (x) >>"); }, "SSSA"),
        ("link with an action", b => { b.Set(3, PdfBench.Page("7 0 R 10 0 R 30 0 R")); b.Set(30, "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch >> >>"); }, "SSSS"),
        ("widget without a field", b => { b.Set(3, PdfBench.Page("7 0 R 10 0 R 30 0 R")); b.Set(30, "<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 300 200] >>"); }, "SSSS"),
        ("content in place", b => b.SetStream(4, "", "BT (Evil) Tj ET"u8.ToArray()), "SSSS"),
        ("content replaced", b => { b.Set(3, PdfBench.Page("7 0 R 10 0 R").Replace("4 0 R", "30 0 R", StringComparison.Ordinal)); b.SetStream(30, "", "BT (Evil) Tj ET"u8.ToArray()); }, "SSSS"),
        ("page added", b => { b.Set(2, "<< /Type /Pages /Count 2 /Kids [3 0 R 30 0 R] >>"); b.Set(30, PdfBench.Page("")); }, "SSSS"),
        ("page cropped", b => b.Set(3, PdfBench.Page("7 0 R 10 0 R", "/CropBox [0 0 9 9]")), "SSSS"),
        ("font replaced", b => b.Set(6, "<< /Type /Font /Subtype /Type3 >>"), "SSSS"),
        ("open action", b => b.Set(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction << /S /JavaScript /JS (x) >> >>"), "SSSS"),
        ("names", b => b.Set(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Names << /JavaScript << >> >> >>"), "SSSS"),
        ("catalog moved", b => { b.Root = "30 0 R"; b.Set(30, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>"); }, "SSSS"),
        ("object freed", b => b.Free(4), "SSSS"),
        ("same written again", b => b.Set(6, "<< /Subtype /Type1 /Type /Font /BaseFont /Helvetica >>"), "AAAA"),
        ("nothing referenced", b => b.Set(40, "<< /Any true >>"), "AAAA"),
        ("signature removed", b => b.Set(10, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /Rect [0 0 0 0] /P 3 0 R >>"), "SSSS"),
    ];

    [OneTimeSetUp]
    public void Start() => _signer = _root.IssueSigner(saysNoRevocation: true);

    [OneTimeTearDown]
    public void Stop()
    {
        _signer.Dispose();
        _root.Dispose();
    }

    private static IEnumerable<TestCaseData> All() =>
        from c in Cases from p in Enumerable.Range(0, 4) select new TestCaseData(c.Name, p).SetArgDisplayNames(c.Name, p.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [TestCaseSource(nameof(All))]
    public async Task A_later_revision_is_judged_by_the_permission(string name, int permission)
    {
        var (_, change, verdicts) = Cases.Single(c => c.Name == name);
        var bench = PdfBench.Document().Sign(_signer, more: Certification(permission));
        change(bench);
        bench.Save();
        var signature = (await VerifyAsync(bench.Bytes)).Signatures.First();
        var isAllowed = verdicts[permission] == 'A';
        Assert.Multiple(() =>
        {
            Assert.That(signature.Cryptographic, Is.EqualTo(VerificationOutcome.Intact));
            Assert.That(signature.Changes, Is.EqualTo(isAllowed ? LaterChanges.Allowed : LaterChanges.Suspicious), string.Join('\n', signature.Findings.Select(f => f.Message.En)));
            Assert.That(signature.Coverage, Is.EqualTo(isAllowed ? Coverage.Revision : Coverage.Unclear));
            Assert.That(signature.Scope, Is.EqualTo(isAllowed ? "FULL" : "PARTIAL"));
            Assert.That(signature.Indication, Is.EqualTo(isAllowed ? Indication.TotalPassed : Indication.Indeterminate));
            Assert.That(signature.SubIndication, Is.EqualTo(isAllowed ? (SubIndication?)null : SubIndication.SigConstraintsFailure));
            Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(isAllowed ? SignatureRules.PdfChangesAllowed : SignatureRules.PdfChangesSuspicious));
        });
    }

    [Test]
    public async Task The_same_holds_for_object_streams([Values(PdfStyle.Stream, PdfStyle.ObjectStream, PdfStyle.Hybrid)] PdfStyle style)
    {
        foreach (var (name, change, verdicts) in Cases)
        {
            var bench = PdfBench.Document(style).Sign(_signer, style: style);
            change(bench);
            bench.Save(style);
            var signature = (await VerifyAsync(bench.Bytes)).Signatures.First();
            Assert.That(signature.Changes, Is.EqualTo(verdicts[0] == 'A' ? LaterChanges.Allowed : LaterChanges.Suspicious), name + " " + string.Join('\n', signature.Findings.Select(f => f.Message.En)));
        }
    }

    [Test]
    public async Task A_second_signature_is_allowed_unless_nothing_may_change([Range(0, 3)] int permission)
    {
        var bench = PdfBench.Document().Sign(_signer, more: Certification(permission)).Sign(_signer, 20, 21, "Signature2", others: "7 0 R 10 0 R");
        var report = await VerifyAsync(bench.Bytes);
        Assert.That(report.Signatures.Select(s => (s.Cryptographic, s.Changes)), Is.EqualTo(new[]
        {
            (VerificationOutcome.Intact, (LaterChanges?)(permission == 1 ? LaterChanges.Suspicious : LaterChanges.Allowed)), (VerificationOutcome.Intact, LaterChanges.None),
        }));
    }

    [TestCase("/Action /All", LaterChanges.Suspicious)]
    [TestCase("/Action /Include /Fields [(Name)]", LaterChanges.Suspicious)]
    [TestCase("/Action /Include /Fields [(Other)]", LaterChanges.Allowed)]
    [TestCase("/Action /Exclude /Fields [(Name)]", LaterChanges.Allowed)]
    [TestCase("/Action /Exclude /Fields [(Other)]", LaterChanges.Suspicious)]
    public async Task Locked_fields_are_not_to_be_filled(string parameters, LaterChanges expected)
    {
        var reference = $"/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 {parameters} >> >>]";
        foreach (var isLock in new[] { false, true })
        {
            var bench = isLock
                ? PdfBench.Document().Sign(_signer, fieldMore: $"/Lock << /Type /SigFieldLock {parameters} >>") : PdfBench.Document().Sign(_signer, more: reference);
            bench.Set(7, Text("(Mai)", ""));
            bench.Save();
            Assert.That((await VerifyAsync(bench.Bytes)).Signatures.Single().Changes, Is.EqualTo(expected), $"{isLock}");
        }
    }

    [Test]
    public async Task A_shared_appearance_does_not_excuse_a_page()
    {
        var bench = PdfBench.Document();
        bench.Set(3, PdfBench.Page("7 0 R").Replace("/Font <<", "/XObject << /X 8 0 R >> /Font <<", StringComparison.Ordinal));
        bench.Save();
        bench.Sign(_signer);
        bench.Set(3, PdfBench.Page("7 0 R 10 0 R").Replace("/Font <<", "/XObject << /X 8 0 R >> /Font <<", StringComparison.Ordinal));
        bench.Save();
        var before = (await VerifyAsync(bench.Bytes)).Signatures.Single();
        Assert.That(before.Changes, Is.EqualTo(LaterChanges.Suspicious), "signing took the picture away");
        bench = PdfBench.Document(catalog: "/Outlines 8 0 R").Sign(_signer);
        bench.SetStream(8, "/Type /XObject /Subtype /Form /BBox [0 0 80 20]", "BT (Mai) Tj ET"u8.ToArray());
        bench.Save();
        var signature = (await VerifyAsync(bench.Bytes)).Signatures.Single();
        Assert.That((signature.Changes, signature.Findings.Any(f => f.Found?.Contains("Outlines", StringComparison.Ordinal) == true)), Is.EqualTo((LaterChanges.Suspicious, true)));
    }

    [Test]
    public async Task What_costs_too_much_is_not_judged_and_not_passed()
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(40, "null");
        bench.Save();
        var report = await SignatureVerification.VerifyAsync(SigningBench.File("x.pdf", bench.Bytes), [],
            SigningBench.Trust(_root.Certificate) with { SignatureLimits = SignatureLimits.Default with { MaxPdfComparisons = 5 } }, SigningBench.Now, default);
        var signature = report.Signatures.Single();
        Assert.That((signature.Changes, signature.Indication), Is.EqualTo(((LaterChanges?)LaterChanges.Unknown, Indication.Indeterminate)));
        Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfChangesNotJudged));
    }

    [Test]
    public async Task Five_revisions_of_five_hundred_pages_are_judged()
    {
        var bench = PdfBench.Document(pages: 500).Sign(_signer);
        for (var i = 0; i < 4; i++)
        {
            bench.Set(7, Text($"(value {i})", ""));
            bench.Save();
        }
        Assert.That((await VerifyAsync(bench.Bytes)).Signatures.Single().Changes, Is.EqualTo(LaterChanges.Allowed));
    }

    private static string Text(string value, string more) => $"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V {value} /Rect [10 10 90 30] /P 3 0 R {more} >>";

    private static string Certification(int permission) => permission == 0 ? "" :
        $"/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P {permission} /V /1.2 >> >>]";

    private Task<VerificationReport> VerifyAsync(byte[] file) => SignatureVerification.VerifyAsync(
        SigningBench.File("x.pdf", file), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);
}
