using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Xml;

/// <summary>Hostile documents: a finding and a bounded cost, never an exception past the boundary, never INTACT.</summary>
public sealed class XmlBadInputTests
{
    private const string Open = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">";

    [Test]
    public async Task A_hundred_thousand_signatures_are_too_many()
    {
        var report = await XmlBench.VerifyAsync($"<a>{string.Concat(Enumerable.Repeat(Open + "</ds:Signature>", 100_000))}</a>");
        Assert.That((report.Outcome, report.Findings[0].Rule.Code, report.Findings[0].Expected), Is.EqualTo((VerificationOutcome.Unsupported, "SIG-LIMIT", "MaxSignatures 500")));
    }

    [Test]
    public async Task A_hundred_thousand_references_are_too_many()
    {
        var references = string.Concat(Enumerable.Repeat(XmlBench.Reference("", [0]), 100_000));
        var report = await XmlBench.VerifyAsync($"{Open}<ds:SignedInfo>{references}</ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>");
        Assert.That((report.Outcome, report.Findings[0].Expected), Is.EqualTo((VerificationOutcome.Unsupported, "MaxReferences 20000")));
    }

    [Test]
    public async Task Many_references_to_a_large_document_have_one_budget()
    {
        var references = string.Concat(Enumerable.Repeat(XmlBench.Reference("", [0]), 2_000));
        var xml = $"<a>{new string('x', 1 << 20)}{Open}<ds:SignedInfo>{references}</ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature></a>";
        var report = await SignatureVerification.VerifyAsync(
            SigningBench.File("x.xml", Encoding.UTF8.GetBytes(xml)), [], new VerificationPolicy { SignatureLimits = SignatureLimits.Default with { MaxCanonicalBytes = 100 << 20 } }, SigningBench.Now, default);
        Assert.That((report.Outcome, report.Findings[0].Expected), Is.EqualTo((VerificationOutcome.Unsupported, "MaxCanonicalBytes 104857600")));
    }

    [TestCase("<ds:SignedInfo></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>")]
    [TestCase("<ds:SignedInfo><ds:Reference></ds:Reference></ds:SignedInfo><ds:SignatureValue>!</ds:SignatureValue>")]
    [TestCase("<ds:SignedInfo><ds:Reference URI=\"#%zz\"><ds:DigestMethod Algorithm=\"\"/><ds:DigestValue>%</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue/>")]
    [TestCase("<ds:KeyInfo><ds:RetrievalMethod URI=\"#r\"/><ds:RetrievalMethod Id=\"r\" URI=\"#r\"/></ds:KeyInfo>")]
    [TestCase("<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus></ds:Modulus><ds:Exponent>AA==</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>")]
    public async Task Signatures_of_odd_shape_are_refused(string inner)
    {
        var report = await XmlBench.VerifyAsync($"{Open}{inner}</ds:Signature>");
        Assert.That(report.Outcome, Is.Not.EqualTo(VerificationOutcome.Intact));
        Assert.That(report.Signatures[0].Findings.Concat(report.Findings), Is.Not.Empty);
    }

    [Test]
    public async Task Keys_of_odd_numbers_are_refused()
    {
        foreach (var (modulus, exponent) in new[] { ("AA==", "AA=="), ("AQ==", "AQ=="), (Convert.ToBase64String(new byte[4000]), "AQAB"), ("//////8=", "//////8=") })
        {
            var keyInfo = $"<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
            var (text, octets) = XmlBench.Object("o", "x");
            var report = await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, keyInfo, _ => new byte[256]));
            Assert.That(report.Outcome, Is.AnyOf(VerificationOutcome.Broken, VerificationOutcome.Unsupported));
        }
    }

    [Test]
    public async Task A_base64_value_of_ten_megabytes_is_only_long()
    {
        var value = Convert.ToBase64String(new byte[10 << 20]);
        using var root = new TestAuthority();
        using var signer = root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "x");
        var report = await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, $"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{value}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>", _ => [1]));
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [TestCase("//*[//*[//*[//*]]]")]
    [TestCase("count(//*[count(//*) > 0]) > 0")]
    public async Task Costly_expressions_end_at_the_limit(string expression)
    {
        using var root = new TestAuthority();
        using var signer = root.IssueSigner();
        var transform = XmlBench.Transform(XmlSignatureNames.XPath, $"<ds:XPath>{expression.Replace(">", "&gt;", StringComparison.Ordinal)}</ds:XPath>");
        var xml = $"<a>{string.Concat(Enumerable.Repeat("<b></b>", 3_000))}{XmlBench.Signature(XmlBench.Reference("", [0], transform), "", signer)}</a>";
        var report = await SignatureVerification.VerifyAsync(
            SigningBench.File("x.xml", Encoding.UTF8.GetBytes(xml)), [], new VerificationPolicy { SignatureLimits = SignatureLimits.Default with { MaxXPathSteps = 5_000_000 } }, SigningBench.Now, default);
        Assert.That((report.Outcome, report.Findings[0].Expected), Is.EqualTo((VerificationOutcome.Unsupported, "MaxXPathSteps 5000000")));
    }
}
