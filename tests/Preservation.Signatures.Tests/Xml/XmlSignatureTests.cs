using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Xml;

public sealed class XmlSignatureTests
{
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_enveloping_signature_verifies_and_a_changed_object_does_not(bool ecdsa)
    {
        using var signer = _root.IssueSigner(ecdsa: ecdsa);
        var (text, octets) = XmlBench.Object("o", "Nội dung");
        var xml = XmlBench.Signature(XmlBench.Reference("#o", octets), text, signer);
        var report = await XmlBench.VerifyAsync(xml);
        var changed = await XmlBench.VerifyAsync(xml.Replace("Nội dung", "Nội dụng", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That((report.Outcome, report.Signatures[0].Scope, report.Signatures[0].Format), Is.EqualTo((VerificationOutcome.Intact, "FULL", "XMLDSig")));
            Assert.That(report.Signatures[0].Signer!.Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(signer.RawData))));
            Assert.That((changed.Outcome, changed.Signatures[0].SubIndication), Is.EqualTo((VerificationOutcome.Broken, (SubIndication?)SubIndication.HashFailure)));
        });
    }

    [Test]
    public async Task An_enveloped_signature_covers_the_document_but_itself()
    {
        using var signer = _root.IssueSigner();
        const string Before = "<doc><a>Điều 1</a>";
        var reference = XmlBench.Reference("", Encoding.UTF8.GetBytes(Before + "</doc>"), XmlBench.Transform("http://www.w3.org/2000/09/xmldsig#enveloped-signature") + XmlBench.Transform(XmlBench.Exclusive));
        var xml = Before + XmlBench.Signature(reference, "", signer) + "</doc>";
        Assert.That(await OutcomeAsync(xml), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
        Assert.That((await OutcomeAsync(xml.Replace("<a>", "<a b=\"\">", StringComparison.Ordinal))).Item1, Is.EqualTo(VerificationOutcome.Broken));
        Assert.That((await OutcomeAsync(xml.Replace("</doc>", "<!-- a comment is not signed --></doc>", StringComparison.Ordinal))).Item1, Is.EqualTo(VerificationOutcome.Intact));
    }

    // The signed element is moved aside, another takes its place: both digest and value hold.
    [Test, Property("Clause", "W3C XML Signature §8.1.2")]
    public async Task Wrapped_content_is_intact_and_shown_as_partial()
    {
        using var signer = _root.IssueSigner();
        const string Order = "<order Id=\"o\">100 đồng</order>";
        var signature = XmlBench.Signature(XmlBench.Reference("#o", Encoding.UTF8.GetBytes(Order), XmlBench.Transform(XmlBench.Exclusive)), "", signer);
        Assert.Multiple(async () =>
        {
            Assert.That(await OutcomeAsync($"<mail>{Order}{signature}</mail>"), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
            Assert.That(await OutcomeAsync($"<mail><order>900 đồng</order><old>{Order}</old>{signature}</mail>"), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(await OutcomeAsync($"<mail><order/>{Order}{signature}</mail>"), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            var inside = signature.Replace("</ds:Signature>", $"<ds:Object>{Order}</ds:Object></ds:Signature>", StringComparison.Ordinal);
            Assert.That(await OutcomeAsync($"<mail><order>900 đồng</order>{inside}</mail>"), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
        });
    }

    [Test]
    public async Task An_Id_that_occurs_twice_is_refused()
    {
        using var signer = _root.IssueSigner();
        const string Order = "<order Id=\"o\">100</order>";
        var signature = XmlBench.Signature(XmlBench.Reference("#o", Encoding.UTF8.GetBytes(Order)), "", signer);
        foreach (var name in new[] { "Id", "ID", "id", "xml:id" })
        {
            var report = await XmlBench.VerifyAsync($"<mail>{Order}<order {name}=\"o\">900</order>{signature}</mail>");
            Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Broken), name);
            Assert.That(report.Signatures[0].Findings.Select(f => f.Rule.Code), Has.Some.EqualTo("SIG-XML-REFERENCE"));
        }
    }

    [TestCase("http://www.w3.org/TR/1999/REC-xslt-19991116")]
    [TestCase("http://www.w3.org/TR/1999/REC-xpath-19991116")]
    [TestCase("urn:no-such-transform")]
    public async Task Transforms_off_the_list_give_no_answer_and_a_wrong_digest_beside_them_does(string algorithm)
    {
        using var signer = _root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "x");
        var inner = algorithm.EndsWith("xpath-19991116", StringComparison.Ordinal) ? "<ds:XPath>document('http://h/')</ds:XPath>" : "";
        var odd = XmlBench.Reference("#o", octets, XmlBench.Transform(algorithm, inner));
        var report = await XmlBench.VerifyAsync(XmlBench.Signature(odd + XmlBench.Reference("#o", octets), text, signer));
        Assert.That((report.Outcome, report.Signatures[0].SubIndication), Is.EqualTo((VerificationOutcome.Unsupported, (SubIndication?)SubIndication.CryptoConstraintsFailure)));
        Assert.That((await OutcomeAsync(XmlBench.Signature(odd + XmlBench.Reference("#o", [.. octets, 1]), text, signer))).Item1, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task Files_beside_are_found_by_name_or_by_digest_and_never_fetched()
    {
        using var signer = _root.IssueSigner();
        byte[] content = [1, 2, 3];
        var xml = XmlBench.Signature(XmlBench.Reference("folder/c%C3%B4ng%20v%C4%83n.pdf", content) + XmlBench.Reference("http://127.0.0.1:9/x", content), "", signer);
        async Task<VerificationOutcome> Outcome(params SignedFile[] files) => (await XmlBench.VerifyAsync(xml, files)).Outcome;
        Assert.That(await Outcome(SigningBench.File("công văn.pdf", content), SigningBench.File("x", content)), Is.EqualTo(VerificationOutcome.Intact));
        Assert.That(await Outcome(SigningBench.File("other name", content)), Is.EqualTo(VerificationOutcome.Intact));
        Assert.That(await Outcome(SigningBench.File("công văn.pdf", [1, 2, 4]), SigningBench.File("x", content)), Is.EqualTo(VerificationOutcome.Broken));
        Assert.That(await Outcome(), Is.EqualTo(VerificationOutcome.Broken));
        var byDigest = await SignatureVerification.VerifyAsync(
            SigningBench.File("x.xml", Encoding.UTF8.GetBytes(xml)), [], new VerificationPolicy { Digests = [DigestAlgorithm.Sha256.Compute(content)] }, SigningBench.Now, default);
        Assert.That(byDigest.Outcome, Is.EqualTo(VerificationOutcome.Intact));
    }

    [Test]
    public async Task Manifests_are_followed_and_their_entries_count()
    {
        using var signer = _root.IssueSigner();
        byte[] content = [1, 2, 3];
        var (text, octets) = XmlBench.Object("o", $"<ds:Manifest Id=\"m\">{XmlBench.Reference("a.bin", content)}</ds:Manifest>");
        var xml = XmlBench.Signature(XmlBench.Reference("#o", octets, type: "http://www.w3.org/2000/09/xmldsig#Object"), text, signer);
        var intact = await XmlBench.VerifyAsync(xml, SigningBench.File("a.bin", content));
        var changed = await XmlBench.VerifyAsync(xml, SigningBench.File("a.bin", [9]));
        var missing = await XmlBench.VerifyAsync(xml);
        Assert.Multiple(() =>
        {
            Assert.That((intact.Outcome, intact.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
            Assert.That(changed.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That((missing.Outcome, missing.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(missing.Signatures[0].Findings.Select(f => f.Rule.Code), Has.Some.EqualTo("SIG-XML-MANIFEST-ENTRY"));
        });
    }

    [Test]
    public async Task A_manifest_that_lists_itself_ends()
    {
        using var signer = _root.IssueSigner();
        var inner = XmlBench.Reference("#o", [0]);
        var (text, octets) = XmlBench.Object("o", $"<ds:Manifest>{inner}</ds:Manifest>");
        Assert.That((await OutcomeAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, signer))).Item1, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_key_without_certificate_checks_the_value_and_proves_no_one()
    {
        using var signer = _root.IssueSigner();
        using var rsa = signer.GetRSAPublicKey()!;
        var key = rsa.ExportParameters(false);
        var (text, octets) = XmlBench.Object("o", "x");
        var keyInfo = $"<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{Convert.ToBase64String(key.Modulus!)}</ds:Modulus><ds:Exponent>{Convert.ToBase64String(key.Exponent!)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
        var report = await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, keyInfo, XmlBench.Signer(signer)));
        Assert.That((report.Outcome, report.Signatures[0].Indication, report.Signatures[0].SubIndication, report.Signatures[0].Signer),
            Is.EqualTo((VerificationOutcome.Intact, Indication.Indeterminate, (SubIndication?)SubIndication.NoSigningCertificateFound, (CertificateReport?)null)));
        var named = await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, "<ds:KeyInfo><ds:KeyName>An</ds:KeyName></ds:KeyInfo>", XmlBench.Signer(signer)));
        Assert.That(named.Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task The_callers_certificate_is_used_where_the_signature_names_it_by_serial_number()
    {
        using var signer = _root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "x");
        var serial = new System.Numerics.BigInteger(Convert.FromHexString(signer.SerialNumber), isUnsigned: true, isBigEndian: true);
        var keyInfo = $"<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=any</ds:X509IssuerName><ds:X509SerialNumber>{serial}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo>";
        var xml = XmlBench.Signature(XmlBench.Reference("#o", octets), text, keyInfo, XmlBench.Signer(signer));
        var report = await SignatureVerification.VerifyAsync(
            SigningBench.File("x.xml", Encoding.UTF8.GetBytes(xml)), [], new VerificationPolicy { Intermediates = [signer.RawDataMemory] }, SigningBench.Now, default);
        Assert.That((report.Outcome, report.Signatures[0].Signer is not null), Is.EqualTo((VerificationOutcome.Intact, true)));
        Assert.That((await OutcomeAsync(xml)).Item1, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test, Property("Clause", "RFC 9231 §2.3.9, §2.3.10")]
    public async Task Probabilistic_signatures_verify_by_short_name_and_by_parameters()
    {
        using var signer = _root.IssueSigner();
        using var rsa = signer.GetRSAPrivateKey()!;
        var (text, octets) = XmlBench.Object("o", "x");
        string Sign(string method, string parameters, HashAlgorithmName hash) => XmlBench.Signature(
            XmlBench.Reference("#o", octets), text, XmlBench.X509Data(signer), o => rsa.SignData(o, hash, RSASignaturePadding.Pss), method, parameters);
        const string More = "http://www.w3.org/2007/05/xmldsig-more#";
        Assert.That((await OutcomeAsync(Sign(More + "sha384-rsa-MGF1", "", HashAlgorithmName.SHA384))).Item1, Is.EqualTo(VerificationOutcome.Intact));
        Assert.That((await OutcomeAsync(Sign(More + "rsa-pss", "", HashAlgorithmName.SHA256))).Item1, Is.EqualTo(VerificationOutcome.Intact));
        var parameters = $"<p:RSAPSSParams xmlns:p=\"{More}\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"></ds:DigestMethod><p:SaltLength>64</p:SaltLength></p:RSAPSSParams>";
        Assert.That((await OutcomeAsync(Sign(More + "rsa-pss", parameters.Replace("<p:SaltLength>", $"<p:MaskGenerationFunction Algorithm=\"{More}MGF1\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"></ds:DigestMethod></p:MaskGenerationFunction><p:SaltLength>", StringComparison.Ordinal), HashAlgorithmName.SHA512))).Item1, Is.EqualTo(VerificationOutcome.Intact));
        Assert.That((await OutcomeAsync(Sign(More + "sha256-rsa-MGF1", "", HashAlgorithmName.SHA384))).Item1, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test, Property("Clause", "W3C XML Signature §6.4.1")]
    public async Task A_DSA_value_is_two_numbers_in_a_row()
    {
        using var dsa = DSA.Create(2048);
        var key = dsa.ExportParameters(false);
        static string Text(byte[] number) => Convert.ToBase64String(number);
        var keyInfo = $"<ds:KeyInfo><ds:KeyValue><ds:DSAKeyValue><ds:P>{Text(key.P!)}</ds:P><ds:Q>{Text(key.Q!)}</ds:Q><ds:G>{Text(key.G!)}</ds:G><ds:Y>{Text(key.Y!)}</ds:Y></ds:DSAKeyValue></ds:KeyValue></ds:KeyInfo>";
        var (text, octets) = XmlBench.Object("o", "x");
        string Sign(byte change) => XmlBench.Signature(XmlBench.Reference("#o", octets), text, keyInfo, o =>
        {
            var value = dsa.SignData(o, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            value[10] ^= change;
            return value;
        }, "http://www.w3.org/2009/xmldsig11#dsa-sha256");
        Assert.That((await OutcomeAsync(Sign(0))).Item1, Is.EqualTo(VerificationOutcome.Intact));
        Assert.That((await OutcomeAsync(Sign(1))).Item1, Is.EqualTo(VerificationOutcome.Broken));
    }

    [TestCase("http://www.w3.org/2000/09/xmldsig#hmac-sha1")]
    [TestCase("urn:none")]
    [TestCase("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519")]
    public async Task Unknown_signature_methods_are_no_guess(string method)
    {
        using var signer = _root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "x");
        Assert.That((await OutcomeAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text, XmlBench.X509Data(signer), XmlBench.Signer(signer), method))).Item1, Is.EqualTo(VerificationOutcome.Unsupported));
    }

    // Each bit of the canonical SignedInfo and of what the reference covers, flipped while the other stays, and each bit of the value.
    [Test]
    public async Task No_flipped_bit_of_the_signed_octets_or_the_value_is_intact()
    {
        using var signer = _root.IssueSigner(ecdsa: true);
        var random = new Random(Tier.Seed);
        var (text, octets) = XmlBench.Object("o", "Nội dung của văn bản");
        var flips = Tier.IsLong ? 5_000 : 400;
        for (var i = 0; i < flips; i++)
        {
            var changed = (byte[])octets.Clone();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            var byReference = XmlBench.Signature(XmlBench.Reference("#o", changed), text, signer);
            Assert.That((await OutcomeAsync(byReference)).Item1, Is.Not.EqualTo(VerificationOutcome.Intact));
            byte[] Flip(byte[] bytes)
            {
                bytes = (byte[])bytes.Clone();
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            }
            var sign = XmlBench.Signer(signer);
            var byInfo = XmlBench.Signature(XmlBench.Reference("#o", octets), text, XmlBench.X509Data(signer), o => sign(Flip(o)), "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
            Assert.That((await OutcomeAsync(byInfo)).Item1, Is.Not.EqualTo(VerificationOutcome.Intact));
            var byValue = XmlBench.Signature(XmlBench.Reference("#o", octets), text, XmlBench.X509Data(signer), o => Flip(sign(o)), "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
            Assert.That((await OutcomeAsync(byValue)).Item1, Is.Not.EqualTo(VerificationOutcome.Intact));
        }
    }

    private static async Task<(VerificationOutcome, string)> OutcomeAsync(string xml)
    {
        var report = await XmlBench.VerifyAsync(xml);
        return (report.Outcome, report.Signatures.IsEmpty ? "" : report.Signatures[0].Scope);
    }
}
