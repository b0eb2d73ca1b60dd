using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

public sealed class PdfSignatureTests
{
    private const int HexLength = 8000;
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

    [TestCase("adbe.pkcs7.detached", "PDF")]
    [TestCase("ETSI.CAdES.detached", "PDF")]
    public async Task A_signature_over_the_whole_file_is_intact_and_full(string subFilter, string format)
    {
        var report = await VerifyAsync(Sign(subFilter));
        var signature = report.Signatures.Single();
        Assert.Multiple(() =>
        {
            Assert.That((report.Outcome, signature.Coverage, signature.Format), Is.EqualTo((VerificationOutcome.Intact, Coverage.Full, format)));
            Assert.That(signature.Indication, Is.EqualTo(Indication.TotalPassed));
        });
    }

    [Test]
    public async Task Bytes_added_later_make_it_an_earlier_revision()
    {
        byte[] file = [.. Sign(), .. "9 0 obj\n<< /Later true >>\nendobj\n%%EOF\n"u8];
        var signature = (await VerifyAsync(file)).Signatures.Single();
        Assert.Multiple(() =>
        {
            Assert.That((signature.Cryptographic, signature.Coverage), Is.EqualTo((VerificationOutcome.Intact, Coverage.Revision)));
            Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfLaterRevision));
        });
    }

    [Test]
    public async Task A_rewritten_signature_object_makes_coverage_unclear()
    {
        byte[] file = [.. Sign(), .. "5 0 obj\n<< /Type /Sig >>\nendobj\n%%EOF\n"u8];
        var signature = (await VerifyAsync(file)).Signatures.Single();
        Assert.That((signature.Coverage, signature.SubIndication), Is.EqualTo((Coverage.Unclear, (SubIndication?)SubIndication.SigConstraintsFailure)));
    }

    [Test]
    public async Task A_changed_byte_breaks_it()
    {
        var file = Sign();
        file[20] ^= 1;
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_range_that_leaves_out_more_than_the_signature_is_unclear()
    {
        var signature = (await VerifyAsync(Sign(widen: 1))).Signatures.Single();
        Assert.That((signature.Coverage, signature.Indication), Is.EqualTo((Coverage.Unclear, Indication.Indeterminate)));
    }

    [Test]
    public async Task A_range_outside_the_file_is_broken()
    {
        var text = Encoding.Latin1.GetString(Sign());
        var at = text.IndexOf("/ByteRange [0 ", StringComparison.Ordinal);
        var file = Encoding.Latin1.GetBytes(text[..at] + "/ByteRange [0 9999999999999" + text[(at + 27)..]);
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_signed_file_within_a_stream_is_not_taken_for_this_one()
    {
        var inner = Sign();
        byte[] file = [.. Encoding.ASCII.GetBytes($"%PDF-1.7\n1 0 obj\n<< /Length {inner.Length} >>\nstream\n"), .. inner, .. "\nendstream\nendobj\n%%EOF\n"u8];
        Assert.That((await VerifyAsync(file)).Outcome, Is.EqualTo(VerificationOutcome.NoSignature));
    }

    [Test]
    public async Task Nothing_hides_behind_a_false_stream_length()
    {
        byte[] file = [.. "%PDF-1.7\n1 0 obj\n<< /Length 99999 >>\nstream\nx\nendstream\nendobj\n"u8, .. Sign()[9..]];
        var report = await VerifyAsync(file);
        Assert.That(report.Signatures, Has.Length.EqualTo(1));
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task Names_may_be_escaped()
    {
        var text = Encoding.Latin1.GetString(Sign());
        var report = await VerifyAsync(Encoding.Latin1.GetBytes(text.Replace("/ByteRange", "/Byte#52ange", StringComparison.Ordinal)));
        Assert.That(report.Signatures, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Mutations_never_throw()
    {
        var original = Sign();
        var random = new Random(99);
        for (var i = 0; i < 1_000; i++)
        {
            var file = original.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--) file[random.Next(file.Length)] = (byte)"<>[]()/%0R \0"[random.Next(12)];
            await VerifyAsync(random.Next(3) == 0 ? file[..random.Next(file.Length)] : file);
        }
    }

    [Test]
    public async Task Deep_and_endless_structures_cost_little()
    {
        foreach (var text in new[] { new string('<', 200_000), string.Concat(Enumerable.Repeat("<</A", 100_000)), new string('[', 200_000), "(" + new string('(', 300_000) })
            Assert.That((await VerifyAsync(Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<< /A " + text))).Outcome, Is.EqualTo(VerificationOutcome.NoSignature));
    }

    private Task<VerificationReport> VerifyAsync(byte[] file) => SignatureVerification.VerifyAsync(
        SigningBench.File("x.pdf", file), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);

    private byte[] Sign(string subFilter = "adbe.pkcs7.detached", int widen = 0)
    {
        var before = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n5 0 obj\n<< /Type /Sig /SubFilter /" + subFilter + " /ByteRange [";
        const string middle = "] /Contents ";
        var after = " >>\nendobj\n%%EOF\n";
        var start = before.Length + 43 + middle.Length;
        var end = start + HexLength + 2;
        var range = string.Create(CultureInfo.InvariantCulture, $"0 {start} {end + widen} {after.Length - widen}").PadRight(43);
        var head = Encoding.ASCII.GetBytes(before + range + middle);
        var tail = Encoding.ASCII.GetBytes(after);
        var cms = SigningBench.Sign([.. head, .. tail[widen..]], _signer, detached: true);
        var hex = Convert.ToHexString(cms).PadRight(HexLength, '0');
        return [.. head, (byte)'<', .. Encoding.ASCII.GetBytes(hex), (byte)'>', .. tail];
    }
}
