using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

public sealed class PdfSignatureTests
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
    public async Task A_signature_over_the_whole_file_is_intact_and_full([Values("adbe.pkcs7.detached", "ETSI.CAdES.detached")] string subFilter, [Values] PdfStyle style)
    {
        var signature = (await VerifyAsync(PdfBench.Document(style).Sign(_signer, subFilter: subFilter, style: style).Bytes)).Signatures.Single();
        Assert.Multiple(() =>
        {
            Assert.That((signature.Cryptographic, signature.Coverage, signature.Format, signature.Level), Is.EqualTo((VerificationOutcome.Intact, Coverage.Full, "PDF", "BASIC")));
            Assert.That((signature.Changes, signature.Indication), Is.EqualTo(((LaterChanges?)LaterChanges.None, Indication.TotalPassed)));
        });
    }

    [Test]
    public async Task The_sha1_form_holds_its_digest_within()
    {
        var signature = (await VerifyAsync(PdfBench.Document().Sign(_signer, subFilter: "adbe.pkcs7.sha1", sign: d => SigningBench.Sign(HashFunction.Sha1.Compute(d), _signer, detached: false)).Bytes)).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage), Is.EqualTo((VerificationOutcome.Intact, Coverage.Full)));
    }

    [TestCase("SHA1")]
    [TestCase("SHA256")]
    public async Task A_bare_rsa_value_beside_its_certificate_is_verified(string hash)
    {
        byte[] Raw(byte[] data)
        {
            using var key = _signer.GetRSAPrivateKey()!;
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.WriteOctetString(key.SignData(data, new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1));
            return writer.Encode();
        }
        var certificate = $"/Cert <{Convert.ToHexString(_signer.RawData)}>";
        var file = PdfBench.Document().Sign(_signer, subFilter: "adbe.x509.rsa_sha1", more: certificate, sign: Raw).Bytes;
        var signature = (await VerifyAsync(file)).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Signer?.Subject, signature.ClaimedTime), Is.EqualTo((VerificationOutcome.Intact, "CN=Signer", (DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 5, 0, 0, TimeSpan.Zero))));
        file[20] ^= 1;
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.Broken));
        var without = PdfBench.Document().Sign(_signer, subFilter: "adbe.x509.rsa_sha1", sign: Raw).Bytes;
        Assert.That((await VerifyAsync(without)).Signatures.Single().SubIndication, Is.EqualTo(SubIndication.NoSigningCertificateFound));
    }

    [Test]
    public async Task A_later_revision_is_told()
    {
        var bench = PdfBench.Document().Sign(_signer);
        bench.Set(40, "<< /Later true >>");
        bench.Save();
        var signature = (await VerifyAsync(bench.Bytes)).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage, signature.Changes), Is.EqualTo((VerificationOutcome.Intact, Coverage.Revision, (LaterChanges?)LaterChanges.Allowed)));
        Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfLaterRevision));
    }

    [Test]
    public async Task Objects_behind_the_last_revision_are_suspicious()
    {
        byte[] file = [.. PdfBench.Document().Sign(_signer).Bytes, .. "4 0 obj\n<< /Later true >>\nendobj\n"u8];
        var signature = (await VerifyAsync(file)).Signatures.Single();
        Assert.That((signature.Coverage, signature.Changes), Is.EqualTo((Coverage.Unclear, (LaterChanges?)LaterChanges.Suspicious)));
    }

    [Test]
    public async Task A_line_end_behind_the_file_belongs_to_nothing()
    {
        byte[] file = [.. PdfBench.Document().Sign(_signer).Bytes, .. "\r\n"u8];
        Assert.That((await VerifyAsync(file)).Signatures.Single().Coverage, Is.EqualTo(Coverage.Full));
    }

    [Test]
    public async Task A_changed_byte_breaks_it()
    {
        var file = PdfBench.Document().Sign(_signer).Bytes;
        file[20] ^= 1;
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task No_flip_of_a_signed_bit_is_intact()
    {
        var original = PdfBench.Document().Sign(_signer).Bytes;
        var text = Encoding.Latin1.GetString(original);
        var gap = (Start: text.IndexOf("/Contents <", StringComparison.Ordinal) + 10, End: text.IndexOf("> /M", StringComparison.Ordinal) + 1);
        var random = new Random(Preservation.Testing.Tier.Seed);
        for (var i = 0; i < (Preservation.Testing.Tier.IsLong ? 20_000 : 500); i++)
        {
            var file = original.ToArray();
            int at;
            do at = random.Next(file.Length);
            while (at >= gap.Start && at < gap.End);
            file[at] ^= (byte)(1 << random.Next(8));
            var report = await VerifyAsync(file);
            Assert.That(report.Outcome, Is.Not.EqualTo(VerificationOutcome.Intact), $"byte {at}");
        }
    }

    [Test]
    public async Task A_stream_that_cannot_seek_gives_the_same_report()
    {
        var file = PdfBench.Document().Sign(_signer).Bytes;
        var forward = new SignedFile("x.pdf", file.Length, _ => Task.FromResult<Stream>(new ForwardStream(file)));
        var report = await SignatureVerification.VerifyAsync(forward, [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);
        Assert.That(report.ToJson(), Is.EqualTo((await VerifyAsync(file)).ToJson()));
    }

    [Test]
    public async Task A_damaged_cross_reference_makes_coverage_unclear()
    {
        var file = PdfBench.Document().Sign(_signer).Bytes;
        var text = Encoding.Latin1.GetString(file);
        var at = text.LastIndexOf("/Prev ", StringComparison.Ordinal);
        var bench = PdfBench.Fill(Encoding.Latin1.GetBytes(Unsign(text[..at] + "/Prev 9" + text[(at + 7)..])), _signer);
        var report = await VerifyAsync(bench);
        var signature = report.Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage, signature.Indication), Is.EqualTo((VerificationOutcome.Intact, Coverage.Unclear, Indication.Indeterminate)));
        Assert.That(report.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfCrossReferences));
    }

    [Test]
    public async Task A_range_outside_the_file_is_broken()
    {
        var text = Encoding.Latin1.GetString(PdfBench.Document().Sign(_signer).Bytes);
        var at = text.IndexOf("/ByteRange [0 ", StringComparison.Ordinal);
        var file = Encoding.Latin1.GetBytes(text[..at] + "/ByteRange [0 9999999999999" + text[(at + 27)..]);
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_signed_file_within_a_stream_is_not_taken_for_this_one([Values] bool isLengthApart)
    {
        var inner = PdfBench.Document().Sign(_signer).Bytes;
        var bench = PdfBench.Document();
        bench.SetStream(30, "/Type /EmbeddedFile", inner);
        if (isLengthApart)
        {
            bench.Set(31, $"{inner.Length}");
            bench.Set(30, "<< /Type /EmbeddedFile /Length 31 0 R >>\nstream\n" + Encoding.Latin1.GetString(inner) + "\nendstream");
        }
        bench.Save();
        Assert.That((await VerifyAsync(bench.Bytes)).Outcome, Is.EqualTo(VerificationOutcome.NoSignature));
    }

    [Test]
    public async Task Nothing_hides_behind_a_false_stream_length()
    {
        var text = Encoding.Latin1.GetString(PdfBench.Document().Sign(_signer).Bytes);
        var report = await VerifyAsync(Encoding.Latin1.GetBytes(text.Replace("/Length 36", "/Length 99", StringComparison.Ordinal)));
        Assert.That(report.Signatures, Has.Length.EqualTo(1));
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task Names_may_be_escaped()
    {
        var text = Encoding.Latin1.GetString(PdfBench.Document().Sign(_signer).Bytes);
        var report = await VerifyAsync(Encoding.Latin1.GetBytes(text.Replace("/ByteRange", "/Byte#52ange", StringComparison.Ordinal)));
        Assert.That(report.Signatures, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task An_enciphered_file_is_judged_like_any_other([Values("128", "256")] string bits)
    {
        var file = await PdfDocumentTests.QpdfAsync(PdfBench.Document().Bytes, "--allow-weak-crypto", "--encrypt", "", "owner", bits, "--");
        var signature = (await VerifyAsync(Update(file))).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage, signature.Indication), Is.EqualTo((VerificationOutcome.Intact, Coverage.Full, Indication.TotalPassed)));
        file = await PdfDocumentTests.QpdfAsync(PdfBench.Document().Bytes, "--encrypt", "secret", "owner", "256", "--");
        signature = (await VerifyAsync(Update(file))).Signatures.Single();
        Assert.That((signature.Cryptographic, signature.Coverage, signature.Indication), Is.EqualTo((VerificationOutcome.Intact, Coverage.Unclear, Indication.Indeterminate)));
        Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfEncrypted));
    }

    [Test]
    public async Task Deep_and_endless_structures_cost_little()
    {
        foreach (var text in new[] { new string('<', 200_000), string.Concat(Enumerable.Repeat("<</A", 100_000)), new string('[', 200_000), "(" + new string('(', 300_000) })
            Assert.That((await VerifyAsync(Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<< /A " + text))).Outcome, Is.EqualTo(VerificationOutcome.NoSignature));
    }

    // An update whose form and field are new, since those in the file are under numbers of another program's choice.
    private byte[] Update(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        var last = text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        var trailer = text[text.LastIndexOf("trailer <<", StringComparison.Ordinal)..];
        trailer = trailer[(trailer.IndexOf("<<", StringComparison.Ordinal) + 2)..trailer.LastIndexOf(">>", StringComparison.Ordinal)];
        var root = System.Text.RegularExpressions.Regex.Match(trailer, @"/Root (\d+) 0 R").Groups[1].Value;
        var pages = System.Text.RegularExpressions.Regex.Match(text, @"/Pages (\d+ 0 R)").Groups[1].Value;
        var update = new StringBuilder(text);
        var offsets = new List<(string Number, int At)>();
        foreach (var (number, body) in new[]
        {
            (root, $"<< /Type /Catalog /Pages {pages} /AcroForm << /Fields [90 0 R] /SigFlags 3 >> >>"), ("90", PdfBench.Field(91)),
            ("91", $"<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 0000000000 0000000000 0000000000] /Contents <{new string('0', 8000)}> >>"),
        })
        {
            offsets.Add((number, update.Length));
            update.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{body}\nendobj\n");
        }
        var at = update.Length;
        update.Append("xref\n").AppendJoin("", offsets.Select(o => $"{o.Number} 1\n{o.At:D10} 00000 n \n")).Append(CultureInfo.InvariantCulture, $"trailer << {trailer} /Prev {last} >>\nstartxref\n{at}\n%%EOF\n");
        return PdfBench.Fill(Encoding.Latin1.GetBytes(update.ToString()), _signer);
    }

    private static string Unsign(string text)
    {
        var range = text.IndexOf("/ByteRange [", StringComparison.Ordinal);
        var contents = text.IndexOf("/Contents <", StringComparison.Ordinal);
        var end = text.IndexOf('>', contents);
        return text[..range] + "/ByteRange [0 0000000000 0000000000 0000000000] " + text[contents..(contents + 11)] + new string('0', end - contents - 11) + text[end..];
    }

    private Task<VerificationReport> VerifyAsync(byte[] file, string name = "x.pdf") => SignatureVerification.VerifyAsync(
        SigningBench.File(name, file), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);

    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;
        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override long Length => throw new NotSupportedException();
    }
}
