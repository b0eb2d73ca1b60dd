using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Xml;

public sealed class XadesTests
{
    private const string Xades = " xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\"";
    private const string SignedType = "http://uri.etsi.org/01903#SignedProperties";
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task Signed_properties_protect_the_certificate_and_state_a_time()
    {
        using var signer = _root.IssueSigner();
        var report = await XmlBench.VerifyAsync(Sign(signer, CertificateProperty(signer, signer.SerialNumber)));
        var signature = report.Signatures[0];
        Assert.Multiple(() =>
        {
            Assert.That((report.Outcome, signature.Format, signature.Level), Is.EqualTo((VerificationOutcome.Intact, "XAdES", "B")));
            Assert.That(signature.ClaimedTime, Is.EqualTo(new DateTimeOffset(2025, 5, 6, 0, 8, 9, TimeSpan.Zero)));
            Assert.That(signature.SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
        });
    }

    [Test]
    public async Task Another_certificate_or_serial_number_than_signed_is_told()
    {
        using var signer = _root.IssueSigner();
        using var other = _root.IssueSigner();
        var exchanged = await XmlBench.VerifyAsync(Sign(signer, CertificateProperty(other, signer.SerialNumber)));
        var serial = await XmlBench.VerifyAsync(Sign(signer, CertificateProperty(signer, other.SerialNumber)));
        Assert.Multiple(() =>
        {
            Assert.That((exchanged.Outcome, exchanged.Signatures[0].Indication, exchanged.Signatures[0].SubIndication),
                Is.EqualTo((VerificationOutcome.Intact, Indication.Indeterminate, (SubIndication?)SubIndication.NoSigningCertificateFound)));
            Assert.That(exchanged.Signatures[0].Findings.Select(f => f.Rule.Code), Has.Some.EqualTo("SIG-XADES-CERTIFICATE"));
            Assert.That(serial.Signatures[0].Findings.Select(f => f.Rule.Code), Has.Some.EqualTo("SIG-XADES-ISSUER-SERIAL"));
        });
    }

    [Test]
    public async Task Properties_that_no_reference_covers_count_for_nothing()
    {
        using var signer = _root.IssueSigner();
        var (text, octets) = XmlBench.Object("o", "x");
        var report = await XmlBench.VerifyAsync(XmlBench.Signature(XmlBench.Reference("#o", octets), text + Holder(CertificateProperty(signer, signer.SerialNumber), ""), signer));
        Assert.Multiple(() =>
        {
            Assert.That((report.Outcome, report.Signatures[0].Format, report.Signatures[0].ClaimedTime), Is.EqualTo((VerificationOutcome.Intact, "XMLDSig", (DateTimeOffset?)null)));
            Assert.That(report.Signatures[0].Findings.Select(f => f.Rule.Code), Has.Some.EqualTo("SIG-XADES-NOT-SIGNED"));
        });
    }

    [Test]
    public async Task A_counter_signature_is_over_the_value_of_the_signature_it_stands_in()
    {
        using var signer = _root.IssueSigner();
        using var second = _root.IssueSigner();
        var plain = Sign(signer, CertificateProperty(signer, signer.SerialNumber));
        var start = plain.IndexOf("<ds:SignatureValue", StringComparison.Ordinal);
        var value = plain[start..(plain.IndexOf("</ds:SignatureValue>", StringComparison.Ordinal) + "</ds:SignatureValue>".Length)];
        var octets = Encoding.UTF8.GetBytes(value.Replace("<ds:SignatureValue ", $"<ds:SignatureValue{XmlBench.Namespace} ", StringComparison.Ordinal));
        string Counter(string reference, string objects = "") => Sign(signer, CertificateProperty(signer, signer.SerialNumber),
            "<x:CounterSignature>" + XmlBench.Signature(reference, objects, second).Replace("Id=\"sig\"", "Id=\"sig2\"", StringComparison.Ordinal).Replace("Id=\"value\"", "Id=\"value2\"", StringComparison.Ordinal) + "</x:CounterSignature>");
        var good = await XmlBench.VerifyAsync(Counter(XmlBench.Reference("#value", octets, XmlBench.Transform(XmlBench.Exclusive), "http://uri.etsi.org/01903#CountersignedSignature")));
        var (text, other) = XmlBench.Object("p", "y");
        var bad = await XmlBench.VerifyAsync(Counter(XmlBench.Reference("#p", other, XmlBench.Transform(XmlBench.Exclusive)), text));
        Assert.Multiple(() =>
        {
            Assert.That(good.Signatures.Select(s => (s.Id, s.Cryptographic)), Is.EqualTo(new[] { ("1", VerificationOutcome.Intact), ("1.1", VerificationOutcome.Intact) }));
            Assert.That(good.Signatures[1].Findings.Select(f => f.Rule.Code), Has.None.EqualTo("SIG-XADES-COUNTER-SIGNATURE"));
            Assert.That((bad.Signatures[1].Indication, bad.Signatures[1].SubIndication), Is.EqualTo((Indication.TotalFailed, (SubIndication?)SubIndication.SigConstraintsFailure)));
        });
    }

    [TestCase("2025-05-06T07:08:09+15:00")]
    [TestCase("9999-12-31T23:59:59-14:00")]
    [TestCase("0001-01-01T00:00:00+14:00")]
    [TestCase("2025-13-06T07:08:09Z")]
    public async Task A_claimed_time_that_is_no_instant_is_none(string time)
    {
        using var signer = _root.IssueSigner();
        var xml = Sign(signer, CertificateProperty(signer, signer.SerialNumber).Replace("2025-05-06T07:08:09+07:00", time, StringComparison.Ordinal));
        Assert.That((await XmlBench.VerifyAsync(xml)).Signatures.Single().ClaimedTime, Is.Null);
    }

    [Test, Property("Clause", "EN 319 132-1 §5.3, §5.5.2")]
    public async Task Time_stamps_are_over_the_value_and_the_archives_over_everything_before_them()
    {
        using var signer = _root.IssueSigner();
        using var authority = _root.IssueTimeStamper();
        const string Form = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>";
        var property = CertificateProperty(signer, signer.SerialNumber);
        var xml = Sign(signer, property, $"<x:SignatureTimeStamp>{Form}<x:EncapsulatedTimeStamp>@</x:EncapsulatedTimeStamp></x:SignatureTimeStamp><y:ArchiveTimeStamp xmlns:y=\"http://uri.etsi.org/01903/v1.4.1#\">{Form}<y:EncapsulatedTimeStamp>#</y:EncapsulatedTimeStamp></y:ArchiveTimeStamp>");
        var value = Part(xml, "ds:SignatureValue", XmlBench.Namespace);
        xml = xml.Replace("@", Convert.ToBase64String(TokenBench.Token(SHA256.HashData(value), authority, SigningBench.Now)), StringComparison.Ordinal);
        var stamp = Encoding.UTF8.GetString(Part(xml, "x:SignatureTimeStamp", Xades)).Replace("<ds:CanonicalizationMethod", "<ds:CanonicalizationMethod" + XmlBench.Namespace, StringComparison.Ordinal);
        var signed = Encoding.UTF8.GetBytes($"<x:SignedProperties{Xades} Id=\"sp\">{property.Replace("<ds:DigestMethod", "<ds:DigestMethod" + XmlBench.Namespace, StringComparison.Ordinal)
            .Replace("<ds:DigestValue", "<ds:DigestValue" + XmlBench.Namespace, StringComparison.Ordinal).Replace("<ds:X509IssuerName", "<ds:X509IssuerName" + XmlBench.Namespace, StringComparison.Ordinal)
            .Replace("<ds:X509SerialNumber", "<ds:X509SerialNumber" + XmlBench.Namespace, StringComparison.Ordinal)}</x:SignedProperties>");
        byte[] all = [.. XmlBench.Object("o", "x").Octets, .. signed, .. Part(xml, "ds:SignedInfo", XmlBench.Namespace), .. value, .. Part(xml, "ds:KeyInfo", XmlBench.Namespace), .. Encoding.UTF8.GetBytes(stamp), .. XmlBench.Object("o", "x").Octets];
        xml = xml.Replace(">#<", $">{Convert.ToBase64String(TokenBench.Token(SHA256.HashData(all), authority, SigningBench.Now))}<", StringComparison.Ordinal);
        var report = await XmlBench.VerifyAsync(xml);
        Assert.That((report.Outcome, report.Signatures[0].Level), Is.EqualTo((VerificationOutcome.Intact, "LTA")));
        Assert.That(report.Signatures[0].Timestamps.Select(t => (t.Kind, t.Cryptographic)), Is.EqualTo(new[] { ("signature", VerificationOutcome.Intact), ("archive", VerificationOutcome.Intact) }));
    }

    // The token is over no octets at all, which the transform would yield.
    [Test]
    public async Task A_time_stamp_whose_data_a_transform_puts_in_place_dates_nothing()
    {
        using var signer = _root.IssueSigner();
        using var authority = _root.IssueTimeStamper();
        var token = Convert.ToBase64String(TokenBench.Token(SHA256.HashData([]), authority, SigningBench.Now));
        var data = $"<x:HashDataInfo uri=\"#value\"><ds:Transforms>{XmlBench.Transform(Signatures.Xml.XmlSignatureNames.XPath, "<ds:XPath>false()</ds:XPath>")}</ds:Transforms></x:HashDataInfo>";
        var report = await XmlBench.VerifyAsync(Sign(signer, CertificateProperty(signer, signer.SerialNumber), $"<x:SignatureTimeStamp>{data}<x:EncapsulatedTimeStamp>{token}</x:EncapsulatedTimeStamp></x:SignatureTimeStamp>"));
        Assert.That(report.Signatures[0].Timestamps[0].Cryptographic, Is.EqualTo(VerificationOutcome.Broken));
    }

    [TestCase("<x:SignatureTimeStamp><x:EncapsulatedTimeStamp>AAAA</x:EncapsulatedTimeStamp></x:SignatureTimeStamp>", VerificationOutcome.Malformed)]
    [TestCase("<x:SignatureTimeStamp><x:EncapsulatedTimeStamp>%</x:EncapsulatedTimeStamp></x:SignatureTimeStamp>", VerificationOutcome.Malformed)]
    [TestCase("<x:SignatureTimeStamp><x:XMLTimeStamp/></x:SignatureTimeStamp>", VerificationOutcome.Unsupported)]
    public async Task Time_stamps_that_cannot_be_read_spoil_only_themselves(string property, VerificationOutcome expected)
    {
        using var signer = _root.IssueSigner();
        var report = await XmlBench.VerifyAsync(Sign(signer, CertificateProperty(signer, signer.SerialNumber), property));
        Assert.That((report.Outcome, report.Signatures[0].Timestamps[0].Cryptographic), Is.EqualTo((VerificationOutcome.Intact, expected)));
    }

    private static string CertificateProperty(X509Certificate2 certificate, string serial)
    {
        var number = new System.Numerics.BigInteger(Convert.FromHexString(serial), isUnsigned: true, isBigEndian: true);
        return "<x:SignedSignatureProperties><x:SigningTime>2025-05-06T07:08:09+07:00</x:SigningTime><x:SigningCertificate><x:Cert><x:CertDigest><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
            + $"<ds:DigestValue>{Convert.ToBase64String(SHA256.HashData(certificate.RawData))}</ds:DigestValue></x:CertDigest><x:IssuerSerial><ds:X509IssuerName>CN=any</ds:X509IssuerName><ds:X509SerialNumber>{number}</ds:X509SerialNumber></x:IssuerSerial></x:Cert></x:SigningCertificate></x:SignedSignatureProperties>";
    }

    // The element as it stands, with the declaration that its canonical form has.
    private static byte[] Part(string xml, string name, string declaration)
    {
        var start = xml.IndexOf("<" + name, StringComparison.Ordinal);
        var end = xml.IndexOf($"</{name}>", start, StringComparison.Ordinal) + name.Length + 3;
        return Encoding.UTF8.GetBytes($"<{name}{declaration}{xml[(start + name.Length + 1)..end]}");
    }

    private static string Holder(string properties, string unsigned) =>
        $"<ds:Object><x:QualifyingProperties{Xades} Target=\"#sig\"><x:SignedProperties Id=\"sp\">{properties}</x:SignedProperties>"
        + (unsigned.Length > 0 ? $"<x:UnsignedProperties><x:UnsignedSignatureProperties>{unsigned}</x:UnsignedSignatureProperties></x:UnsignedProperties>" : "") + "</x:QualifyingProperties></ds:Object>";

    private static string Sign(X509Certificate2 signer, string properties, string unsigned = "")
    {
        var (text, octets) = XmlBench.Object("o", "x");
        var signed = $"<x:SignedProperties{XmlBench.Namespace}{Xades} Id=\"sp\">{properties}</x:SignedProperties>";
        return XmlBench.Signature(XmlBench.Reference("#o", octets) + XmlBench.Reference("#sp", Encoding.UTF8.GetBytes(signed), type: SignedType), text + Holder(properties, unsigned), signer);
    }
}
