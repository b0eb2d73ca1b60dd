using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Containers;
using Preservation.Signatures.Tests.Corpus;
using Preservation.Signatures.Tests.Pdf;
using Preservation.Signatures.Tests.Xml;
using Preservation.Testing.Certificates;
using Preservation.Testing.Rules;

namespace Preservation.Signatures.Tests.Reports;

/// <summary>Every rule of signatures: what raises it, and a sound signature in which it is silent.</summary>
public sealed class SignatureRuleTests
{
    private static readonly TestAuthority Root = new();
    private static readonly X509Certificate2 Signer = Root.IssueSigner();
    private static readonly byte[] Letter = Encoding.UTF8.GetBytes("Kính gửi");
    private static readonly (string, byte[]) Extended = ContainerBench.Text("mimetype", "application/vnd.etsi.asic-e+zip");

    // Raised and named in tests of what they are about.
    private static readonly string[] Elsewhere =
    [
        "SIG-ANCHOR-NOT-BELIEVED", "SIG-CONTAINER", "SIG-LIMIT", "SIG-PDF-CHANGES-NOT-JUDGED", "SIG-PDF-ENCRYPTED", "SIG-PDF-INCOMPLETE", "SIG-PDF-NO-FIELD", "SIG-PROOF-GAP", "SIG-XADES-COUNTER-SIGNATURE",
        "SIG-XADES-ISSUER-SERIAL", "SIG-XADES-NOT-SIGNED",
    ];

    private static IReadOnlyList<RuleCase> Cases { get; } =
    [
        Case("SIG-ASIC-MANIFEST", "a manifest that is none", () => ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(
            Extended, ("a.txt", Letter), ("META-INF/signature.p7s", SigningBench.Sign(Letter, Signer, detached: true)), ContainerBench.Text("META-INF/ASiCManifest.xml", "<manifest/>")))),
        Case("SIG-ATTRIBUTE", "a content-type that is not the content's", () => SigningBench.VerifyAsync(LastReplaced(Good(), [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01], [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]), Letter, Trust())),
        Case("SIG-NO-REVOCATION-DATA", "a certificate without a list", () => SigningBench.VerifyAsync(Good(), Letter, SigningBench.Trust(Root.Certificate))),
        Case("SIG-NOT-VALID-THEN", "a certificate that has ended", () => SigningBench.VerifyAsync(Good(), Letter, Trust(), TestAuthority.End.AddYears(1))),
        Case("SIG-REVOKED", "a certificate that is on the list", RevokedAsync),
        Case("SIG-TST-CERTIFICATE", "a time-stamp by a certificate for something else", () => SigningBench.VerifyAsync(TokenBench.WithSignatureTimeStamp(Good(), Signer, SigningBench.Now), Letter, Trust())),
        Case("SIG-TST-MALFORMED", "a time-stamp that is none", () => SigningBench.VerifyAsync(WithUnsigned("1.2.840.113549.1.9.16.2.14", [4, 1, 0]), Letter, Trust())),
        Case("SIG-UNSUPPORTED-ALGORITHM", "a digest function nobody knows", () => SigningBench.VerifyAsync(LastReplaced(Good(), [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x7F]), Letter, Trust())),
        Case("SIG-UNSUPPORTED-FORM", "a PDF with another sub-filter", () => SignatureVerification.VerifyAsync(SigningBench.File("x.pdf", OtherSubFilter()), [], Trust(), SigningBench.Now, default)),
        Case("SIG-XML-KEY-ONLY", "XML that names a key alone", KeyOnlyAsync),
    ];

    [OneTimeTearDown]
    public void Dispose()
    {
        Signer.Dispose();
        Root.Dispose();
    }

    [TestCaseSource(nameof(Cases))]
    public Task A_fault_is_found(RuleCase fault) => fault.AssertRaisedAsync();

    [Test]
    public async Task Every_rule_is_raised_and_silent_in_a_sound_signature()
    {
        var corpus = (await CorpusReports.AllAsync()).SelectMany(c => Findings(c.Report)).Select(f => f.Rule.Code);
        Assert.That(SignatureRules.All.Select(r => r.Code).Except(corpus).Except(Cases.Select(c => c.Rule)).Order(StringComparer.Ordinal), Is.EqualTo(Elsewhere));
        Assert.That(Findings(await SigningBench.VerifyAsync(Good(), Letter, Trust())).Select(f => f.Rule.Code), Is.EqualTo(new[] { "SIG-ESS-MISSING" }), "the platform's class writes none");
    }

    private static RuleCase Case(string rule, string fault, Func<Task<VerificationReport>> verify) => new(rule, fault, async () => Findings(await verify()));

    private static IEnumerable<Finding> Findings(VerificationReport report) =>
        report.Findings.Concat(report.Signatures.SelectMany(s => s.Findings.Concat(s.Timestamps.SelectMany(t => t.Findings)))).Concat(report.Timestamps.SelectMany(t => t.Findings));

    private static byte[] Good() => SigningBench.Sign(Letter, Signer, detached: true);

    private static VerificationPolicy Trust() => SigningBench.Trust(Root.Certificate, Root.IssueCrl(SigningBench.Now.AddDays(-1), SigningBench.Now.AddDays(30)));

    private static byte[] WithUnsigned(string oid, byte[] value)
    {
        var cms = new SignedCms(new ContentInfo(Letter), detached: true);
        cms.Decode(Good());
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(oid, value));
        return cms.Encode();
    }

    private static byte[] LastReplaced(byte[] bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> other)
    {
        other.CopyTo(bytes.AsSpan(bytes.AsSpan().LastIndexOf(old)));
        return bytes;
    }

    private static byte[] OtherSubFilter()
    {
        var pdf = PdfBench.Document().Sign(Signer).Bytes;
        return LastReplaced(pdf, "/SubFilter /adbe.pkcs7.detached"u8, "/SubFilter /abcd.pkcs7.detached"u8);
    }

    private static async Task<VerificationReport> RevokedAsync()
    {
        using var root = new TestAuthority();
        using var signer = root.IssueSigner();
        root.Revoke(signer, SigningBench.Now.AddDays(-2));
        return await SigningBench.VerifyAsync(SigningBench.Sign(Letter, signer, detached: true), Letter, SigningBench.Trust(root.Certificate, root.IssueCrl(SigningBench.Now.AddDays(-1), SigningBench.Now.AddDays(30))));
    }

    private static async Task<VerificationReport> KeyOnlyAsync()
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportParameters(false);
        var (text, octets) = XmlBench.Object("o", "x");
        var keyInfo = $"<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{Convert.ToBase64String(key.Modulus!)}</ds:Modulus><ds:Exponent>{Convert.ToBase64String(key.Exponent!)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
        return await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, keyInfo, o => rsa.SignData(o, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }
}
