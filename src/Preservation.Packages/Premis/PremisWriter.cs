using System.Globalization;
using System.Text;
using System.Xml;
using Preservation.Core.Files;

namespace Preservation.Packages.Premis;

/// <summary>Writes PREMIS 3.0 that its schema accepts. Equal documents give equal bytes.</summary>
public static class PremisWriter
{
    internal const string Namespace = "http://www.loc.gov/premis/v3";
    internal const string XmlSignature = "http://www.w3.org/2000/09/xmldsig#";
    internal const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        NewLineChars = "\n",
        CloseOutput = false,
    };

    /// <summary>Writes the document; the stream stays open.</summary>
    /// <exception cref="ArgumentException">The document has no object, event or agent: the schema wants one.</exception>
    public static void Write(Stream stream, PremisDocument premis)
    {
        ArgumentNullException.ThrowIfNull(premis);
        if (premis.Objects.Length + premis.Events.Length + premis.Agents.Length == 0)
            throw new ArgumentException("a PREMIS document describes something", nameof(premis));
        using var xml = XmlWriter.Create(stream, Settings);
        xml.WriteStartElement("premis", "premis", Namespace);
        xml.WriteAttributeString("xmlns", "xsi", null, Xsi);
        xml.WriteAttributeString("version", "3.0");
        foreach (var o in premis.Objects.Concat(premis.WrittenObjects)) WriteObject(xml, o);
        foreach (var e in premis.Events) WriteEvent(xml, e);
        foreach (var a in premis.Agents) WriteAgent(xml, a);
        xml.WriteEndElement();
    }

    /// <summary>The document's bytes.</summary>
    public static byte[] ToBytes(PremisDocument premis) => GrowingStream.Of(stream => Write(stream, premis));

    private static void WriteObject(XmlWriter xml, PremisObject o)
    {
        Start(xml, "object");
        xml.WriteAttributeString("xsi", "type", Xsi, "premis:" + TypeName(o.Category));
        foreach (var id in o.Identifiers) Identifier(xml, "objectIdentifier", id);
        if (o.Category is PremisObjectCategory.File or PremisObjectCategory.Bitstream) WriteCharacteristics(xml, o);
        if (o.OriginalName is { } name && o.Category != PremisObjectCategory.Bitstream) Element(xml, "originalName", name);
        if (o.Category != PremisObjectCategory.IntellectualEntity)
            foreach (var storage in o.Storage) WriteStorage(xml, storage);
        if (o.Category is PremisObjectCategory.File or PremisObjectCategory.Bitstream)
            foreach (var signature in o.Signatures) WriteSignature(xml, signature);
        foreach (var relationship in o.Relationships)
        {
            Start(xml, "relationship");
            Element(xml, "relationshipType", relationship.Type);
            Element(xml, "relationshipSubType", relationship.SubType);
            foreach (var id in relationship.Objects) Identifier(xml, "relatedObjectIdentifier", id);
            foreach (var id in relationship.Events) Identifier(xml, "relatedEventIdentifier", id);
            xml.WriteEndElement();
        }
        foreach (var id in o.Events) Identifier(xml, "linkingEventIdentifier", id);
        xml.WriteEndElement();
    }

    private static void WriteCharacteristics(XmlWriter xml, PremisObject o)
    {
        Start(xml, "objectCharacteristics");
        foreach (var fixity in o.Fixity)
        {
            Start(xml, "fixity");
            Element(xml, "messageDigestAlgorithm", fixity.Algorithm);
            Element(xml, "messageDigest", fixity.Value);
            Element(xml, "messageDigestOriginator", fixity.Originator);
            xml.WriteEndElement();
        }
        if (o.SizeBytes is { } size) Element(xml, "size", size.ToString(CultureInfo.InvariantCulture));
        foreach (var format in o.Formats) WriteFormat(xml, format);
        if (o.Formats.Length == 0) WriteFormat(xml, new PremisFormat("unknown", null, null, null));
        xml.WriteEndElement();
    }

    private static void WriteFormat(XmlWriter xml, PremisFormat format)
    {
        Start(xml, "format");
        if (format.Name is not null || format.RegistryKey is null)
        {
            Start(xml, "formatDesignation");
            Element(xml, "formatName", format.Name ?? "unknown");
            Element(xml, "formatVersion", format.Version);
            xml.WriteEndElement();
        }
        if (format.RegistryKey is not null)
        {
            Start(xml, "formatRegistry");
            Element(xml, "formatRegistryName", format.RegistryName ?? "PRONOM");
            Element(xml, "formatRegistryKey", format.RegistryKey);
            xml.WriteEndElement();
        }
        Element(xml, "formatNote", format.Note);
        xml.WriteEndElement();
    }

    private static void WriteStorage(XmlWriter xml, PremisStorage storage)
    {
        Start(xml, "storage");
        if (storage.Location is { } location)
        {
            Start(xml, "contentLocation");
            Element(xml, "contentLocationType", storage.LocationType ?? "URI");
            Element(xml, "contentLocationValue", location);
            xml.WriteEndElement();
        }
        Element(xml, "storageMedium", storage.Medium);
        xml.WriteEndElement();
    }

    private static void WriteSignature(XmlWriter xml, PremisSignature signature)
    {
        Start(xml, "signatureInformation");
        Start(xml, "signature");
        Element(xml, "signatureEncoding", signature.Encoding);
        Element(xml, "signer", signature.Signer);
        Element(xml, "signatureMethod", signature.Method);
        Element(xml, "signatureValue", signature.Value);
        Element(xml, "signatureValidationRules", signature.ValidationRules);
        foreach (var property in signature.Properties) Element(xml, "signatureProperties", property);
        if (signature.Certificate is { } certificate) WriteKey(xml, certificate);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteKey(XmlWriter xml, string certificate)
    {
        Start(xml, "keyInformation");
        xml.WriteStartElement("ds", "KeyInfo", XmlSignature);
        xml.WriteStartElement("ds", "X509Data", XmlSignature);
        xml.WriteElementString("ds", "X509Certificate", XmlSignature, certificate);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteEvent(XmlWriter xml, PremisEvent e)
    {
        Start(xml, "event");
        Identifier(xml, "eventIdentifier", e.Identifier);
        Element(xml, "eventType", e.Type);
        Element(xml, "eventDateTime", e.DateTime);
        if (e.Detail is not null)
        {
            Start(xml, "eventDetailInformation");
            Element(xml, "eventDetail", e.Detail);
            xml.WriteEndElement();
        }
        if (e.Outcome is not null || e.OutcomeDetail is not null) WriteOutcome(xml, e);
        foreach (var link in e.Agents) Link(xml, "linkingAgent", link);
        foreach (var link in e.Objects) Link(xml, "linkingObject", link);
        xml.WriteEndElement();
    }

    private static void WriteOutcome(XmlWriter xml, PremisEvent e)
    {
        Start(xml, "eventOutcomeInformation");
        Element(xml, "eventOutcome", e.Outcome);
        if (e.OutcomeDetail is not null)
        {
            Start(xml, "eventOutcomeDetail");
            Element(xml, "eventOutcomeDetailNote", e.OutcomeDetail);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteAgent(XmlWriter xml, PremisAgent a)
    {
        Start(xml, "agent");
        Identifier(xml, "agentIdentifier", a.Identifier);
        Element(xml, "agentName", a.Name);
        Element(xml, "agentType", a.Type);
        Element(xml, "agentVersion", a.Version);
        Element(xml, "agentNote", a.Note);
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string prefix, PremisLink link)
    {
        Start(xml, prefix + "Identifier");
        Element(xml, prefix + "IdentifierType", link.Identifier.Type);
        Element(xml, prefix + "IdentifierValue", link.Identifier.Value);
        foreach (var role in link.Roles) Element(xml, prefix + "Role", role);
        xml.WriteEndElement();
    }

    private static void Identifier(XmlWriter xml, string name, PremisIdentifier id)
    {
        Start(xml, name);
        Element(xml, name + "Type", id.Type);
        Element(xml, name + "Value", id.Value);
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string name) => xml.WriteStartElement("premis", name, Namespace);

    private static void Element(XmlWriter xml, string name, string? text)
    {
        if (text is not null) xml.WriteElementString("premis", name, Namespace, text);
    }

    private static string TypeName(PremisObjectCategory category) => category switch
    {
        PremisObjectCategory.IntellectualEntity => "intellectualEntity",
        PremisObjectCategory.Representation => "representation",
        PremisObjectCategory.File => "file",
        _ => "bitstream",
    };
}
