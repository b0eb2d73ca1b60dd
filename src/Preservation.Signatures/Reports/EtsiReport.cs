using System.Text;
using System.Text.Json;
using System.Xml;

namespace Preservation.Signatures.Reports;

/// <summary>
/// Writes a report as ETSI TS 119 102-2 V1.4.1 has it, for other validators and archives. The verdict is that of the first policy; time-stamps stand among the
/// validation objects, or, in a file that holds nothing else, in the place of signatures.
/// </summary>
public static class EtsiReport
{
    private const string Report = "http://uri.etsi.org/19102/v1.4.1#";
    private const string Dsig = "http://www.w3.org/2000/09/xmldsig#";
    private const string Xades = "http://uri.etsi.org/01903/v1.3.2#";
    private const string Sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    private const string Urn = "urn:etsi:019102:";

    /// <summary>The XML document; null when there is nothing in the file that signs or dates, since the schema asks for one signature at least.</summary>
    public static string? Write(VerificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Basis is not { } basis || (report.Signatures.IsEmpty && report.Timestamps.IsEmpty)) return null;
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, IndentChars = " ", NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("vr", "ValidationReport", Report);
            xml.WriteAttributeString("xmlns", "ds", null, Dsig);
            xml.WriteAttributeString("xmlns", "XAdES", null, Xades);
            foreach (var signature in report.Signatures) WriteSignature(xml, signature, basis);
            if (report.Signatures.IsEmpty)
                foreach (var stamp in report.Timestamps) WriteTimeStamp(xml, "SignatureValidationReport", stamp, basis);
            WriteObjects(xml, report, basis);
            xml.WriteEndElement();
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text + "\n";
    }

    private static void WriteSignature(XmlWriter xml, SignatureReport signature, VerificationBasis basis)
    {
        xml.WriteStartElement("SignatureValidationReport", Report);
        WriteIdentifier(xml, signature.Id);
        WritePolicy(xml, basis);
        WriteTime(xml, basis.At, signature.ProvenTime);
        if (signature.ClaimedTime is not null || signature.Timestamps.Any(t => t.Sha256 is not null)) WriteAttributes(xml, signature);
        if (signature.Signer is { } signer)
        {
            xml.WriteStartElement("SignerInformation", Report);
            WriteReference(xml, "SignerCertificate", "C-" + signer.Sha256);
            xml.WriteElementString("Signer", Report, signer.Subject);
            xml.WriteEndElement();
        }
        WriteProcess(xml, signature.Timestamps.Any(t => t.Kind == "archive") ? "LTA" : signature.Timestamps.IsEmpty ? "Basic" : "LTVM");
        WriteStatus(xml, signature.Indication, signature.SubIndication, signature.Path.Select(c => c.Sha256).ToList());
        xml.WriteEndElement();
    }

    private static void WriteTimeStamp(XmlWriter xml, string element, TimeStampReport stamp, VerificationBasis basis)
    {
        xml.WriteStartElement(element, Report);
        WritePolicy(xml, basis);
        WriteTime(xml, basis.At, null);
        if (stamp.Tsa is { } tsa)
        {
            xml.WriteStartElement("SignerInformation", Report);
            WriteReference(xml, "SignerCertificate", "C-" + tsa.Sha256);
            xml.WriteElementString("Signer", Report, tsa.Subject);
            xml.WriteEndElement();
        }
        WriteProcess(xml, "Basic");
        WriteStatus(xml, stamp.Indication, stamp.SubIndication, []);
        xml.WriteEndElement();
    }

    private static void WriteIdentifier(XmlWriter xml, string id)
    {
        xml.WriteStartElement("SignatureIdentifier", Report);
        xml.WriteAttributeString("id", "S-" + id);
        xml.WriteElementString("HashOnly", Report, "false");
        xml.WriteElementString("DocHashOnly", Report, "false");
        xml.WriteElementString("DAIdentifier", Report, id);
        xml.WriteEndElement();
    }

    private static void WritePolicy(XmlWriter xml, VerificationBasis basis)
    {
        if (basis.Policies.IsEmpty) return;
        xml.WriteStartElement("ValidationConstraintsEvaluationReport", Report);
        xml.WriteStartElement("SignatureValidationPolicy", Report);
        xml.WriteStartElement("SignaturePolicyIdentifier", Report);
        xml.WriteStartElement("SignaturePolicyId", Xades);
        xml.WriteStartElement("SigPolicyId", Xades);
        xml.WriteElementString("Identifier", Xades, "urn:preservation:validation-policy:" + basis.Policies[0].Id);
        xml.WriteEndElement();
        xml.WriteStartElement("SigPolicyHash", Xades);
        WriteDigest(xml, basis.Policies[0].Sha256);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteElementString("PolicyName", Report, basis.Policies[0].Id);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteTime(XmlWriter xml, DateTimeOffset at, DateTimeOffset? proven)
    {
        xml.WriteStartElement("ValidationTimeInfo", Report);
        xml.WriteElementString("ValidationTime", Report, Text(at));
        xml.WriteStartElement("BestSignatureTime", Report);
        xml.WriteElementString("POETime", Report, Text(proven ?? at));
        xml.WriteElementString("TypeOfProof", Report, Urn + "poetype:validation");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAttributes(XmlWriter xml, SignatureReport signature)
    {
        xml.WriteStartElement("SignatureAttributes", Report);
        if (signature.ClaimedTime is { } claimed)
        {
            xml.WriteStartElement("SigningTime", Report);
            xml.WriteAttributeString("Signed", "true");
            xml.WriteElementString("Time", Report, Text(claimed));
            xml.WriteEndElement();
        }
        foreach (var stamp in signature.Timestamps.Where(t => t is { Sha256: not null, Time: not null }))
        {
            xml.WriteStartElement(stamp.Kind switch { "archive" => "ArchiveTimeStamp", "content" => "AllDataObjectsTimeStamp", "references" => "SigAndRefsTimeStamp", _ => "SignatureTimeStamp" }, Report);
            WriteReference(xml, "AttributeObject", "T-" + stamp.Sha256);
            xml.WriteElementString("TimeStampValue", Report, Text(stamp.Time!.Value));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteProcess(XmlWriter xml, string process)
    {
        xml.WriteStartElement("SignatureValidationProcess", Report);
        xml.WriteElementString("SignatureValidationProcessID", Report, Urn + "validationprocess:" + process);
        xml.WriteEndElement();
    }

    private static void WriteStatus(XmlWriter xml, Indication indication, SubIndication? sub, List<string> path)
    {
        xml.WriteStartElement("SignatureValidationStatus", Report);
        xml.WriteElementString("MainIndication", Report, Urn + "mainindication:" + JsonNamingPolicy.KebabCaseLower.ConvertName(indication.ToString()));
        if (sub is { } reason) xml.WriteElementString("SubIndication", Report, Urn + "subindication:" + JsonNamingPolicy.SnakeCaseUpper.ConvertName(reason.ToString()));
        if (path.Count > 0)
        {
            xml.WriteStartElement("AssociatedValidationReportData", Report);
            WriteReference(xml, "TrustAnchor", "C-" + path[^1]);
            xml.WriteStartElement("CertificateChain", Report);
            WriteReference(xml, "SigningCertificate", "C-" + path[0]);
            foreach (var certificate in path.Skip(1).SkipLast(1)) WriteReference(xml, "IntermediateCertificate", "C-" + certificate);
            WriteReference(xml, "TrustAnchor", "C-" + path[^1]);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteObjects(XmlWriter xml, VerificationReport report, VerificationBasis basis)
    {
        var stamps = report.Signatures.SelectMany(s => s.Timestamps).Concat(report.Timestamps).Where(t => t.Sha256 is not null).DistinctBy(t => t.Sha256).ToList();
        var certificates = report.Signatures.SelectMany(s => s.Path.Prepend(s.Signer!)).Concat(stamps.Select(t => t.Tsa!)).Where(c => c is not null).Select(c => c.Sha256).Distinct().ToList();
        var sources = report.Signatures.SelectMany(s => s.Revocation).DistinctBy(r => r.Sha256).ToList();
        if (certificates.Count + sources.Count + stamps.Count == 0) return;
        xml.WriteStartElement("SignatureValidationObjects", Report);
        foreach (var certificate in certificates) WriteObject(xml, "C-", "certificate", certificate, null);
        foreach (var source in sources) WriteObject(xml, "R-", source.Kind == "CRL" ? "CRL" : "OCSPResponse", source.Sha256, null);
        foreach (var stamp in stamps) WriteObject(xml, "T-", "timestamp", stamp.Sha256!, () => WriteTimeStamp(xml, "ValidationReport", stamp, basis));
        xml.WriteEndElement();
    }

    private static void WriteObject(XmlWriter xml, string prefix, string type, string sha256, Action? more)
    {
        xml.WriteStartElement("ValidationObject", Report);
        xml.WriteAttributeString("id", prefix + sha256);
        xml.WriteElementString("ObjectType", Report, Urn + "validationObject:" + type);
        xml.WriteStartElement("ValidationObjectRepresentation", Report);
        xml.WriteStartElement("DigestAlgAndValue", Report);
        WriteDigest(xml, sha256);
        xml.WriteEndElement();
        xml.WriteEndElement();
        more?.Invoke();
        xml.WriteEndElement();
    }

    private static void WriteDigest(XmlWriter xml, string sha256)
    {
        xml.WriteStartElement("DigestMethod", Dsig);
        xml.WriteAttributeString("Algorithm", Sha256);
        xml.WriteEndElement();
        xml.WriteElementString("DigestValue", Dsig, Convert.ToBase64String(Convert.FromHexString(sha256)));
    }

    private static void WriteReference(XmlWriter xml, string element, string id)
    {
        xml.WriteStartElement(element, Report);
        xml.WriteAttributeString("VOReference", id);
        xml.WriteEndElement();
    }

    private static string Text(DateTimeOffset time) => XmlConvert.ToString(time.UtcDateTime, XmlDateTimeSerializationMode.Utc);
}
