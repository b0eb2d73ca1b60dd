using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Xml;

/// <summary>Signatures made by xmlsec1, a maker of its own, with every canonical form and transform both know; and its word on ours.</summary>
public sealed class XmlsecTests
{
    private const string Enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
    private readonly TestAuthority _root = new();
    private string _folder = "";

    [OneTimeSetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("preservation-xmlsec-").FullName;

    [OneTimeTearDown]
    public void Remove()
    {
        _root.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "", "", true)]
    [TestCase("http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", "", "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments\"/>", false)]
    [TestCase("http://www.w3.org/2006/12/xml-c14n11", "", "<ds:Transform Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>", false)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "", "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "#part", "<ds:Transform Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "#part", "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"><e:InclusiveNamespaces xmlns:e=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"u #default\"/></ds:Transform>", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "#xpointer(id('part'))", "", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "", "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">not(ancestor-or-self::ds:Signature) and not(self::comment())</ds:XPath></ds:Transform>", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "", "<ds:Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\"><f:XPath xmlns:f=\"http://www.w3.org/2002/06/xmldsig-filter2\" Filter=\"intersect\">//*[@Id='part']</f:XPath><f:XPath xmlns:f=\"http://www.w3.org/2002/06/xmldsig-filter2\" Filter=\"subtract\">//q | //comment()</f:XPath></ds:Transform>", true)]
    [TestCase("http://www.w3.org/2001/10/xml-exc-c14n#", "#bytes", "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"/>", true)]
    public async Task Signatures_of_xmlsec1_verify_and_damaged_ones_do_not(string form, string uri, string transforms, bool hasEnveloped)
    {
        using var signer = _root.IssueSigner();
        var (certificate, key) = TestAuthority.ToPem(signer);
        await WriteAsync("cert.pem", certificate);
        await WriteAsync("key.pem", key);
        var first = uri.Length == 0 && !transforms.Contains("xpath", StringComparison.OrdinalIgnoreCase) ? Enveloped : "";
        Assert.That(hasEnveloped || first.Length > 0);
        await WriteAsync("template.xml", $"""
            <doc xmlns="urn:d" xmlns:u="urn:u" xmlns:v="urn:v" xml:lang="vi" xml:base="http://h/x/"><!-- c --><part Id="part" v:a="1" b=" 2&#9;"><q xmlns="">Điều 1 &amp; 2</q><u:r xml:base="y">x&#13;</u:r></part><bytes Id="bytes">TuG7mWkg
            ZHVuZw==</bytes><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{form}"/><ds:SignatureMethod Algorithm="{XmlBench.RsaSha256}"/>
            <ds:Reference URI="{uri}"><ds:Transforms>{first}{transforms}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature></doc>
            """.Replace("<ds:Transforms></ds:Transforms>", "", StringComparison.Ordinal));
        var (exit, output) = await OutsideProgram.RunAsync("xmlsec1", _folder, "--sign", "--privkey-pem", "key.pem,cert.pem", "--id-attr:Id", "part", "--id-attr:Id", "bytes", "--output", "signed.xml", "template.xml");
        Assert.That(exit, Is.Zero, output);
        var signed = await System.IO.File.ReadAllTextAsync(System.IO.Path.Join(_folder, "signed.xml"));
        var report = await XmlBench.VerifyAsync(signed);
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Intact), signed);
        var changed = await XmlBench.VerifyAsync(uri == "#bytes" ? signed.Replace("TuG7", "TuG8", StringComparison.Ordinal) : signed.Replace("v:a=\"1\"", "v:a=\"2\"", StringComparison.Ordinal));
        Assert.That(changed.Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task Xmlsec1_agrees_with_the_bench_that_tests_sign_with()
    {
        using var signer = _root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "Nội dung");
        await WriteAsync("ours.xml", XmlBench.Signature(XmlBench.Reference("#o", octets), text, signer));
        var (exit, output) = await OutsideProgram.RunAsync("xmlsec1", _folder, "--verify", "--insecure", "--id-attr:Id", "Object", "ours.xml");
        Assert.That(exit, Is.Zero, output);
    }

    private Task WriteAsync(string name, string text) => System.IO.File.WriteAllTextAsync(System.IO.Path.Join(_folder, name), text);
}
