using System.Collections.Immutable;
using System.Text;
using System.Xml;
using Preservation.Core.Files;

namespace Preservation.Packages.Mets;

/// <summary>
/// Writes METS 1.12 with the CSIP and SIP extension attributes, element by element. Equal documents give equal bytes:
/// UTF-8 without a mark, line feeds, two blanks of indent.
/// </summary>
public static class MetsWriter
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        NewLineChars = "\n",
        CloseOutput = false,
    };

    /// <summary>Writes the document; the stream stays open.</summary>
    public static void Write(Stream stream, MetsDocument mets)
    {
        ArgumentNullException.ThrowIfNull(mets);
        using var xml = XmlWriter.Create(stream, Settings);
        xml.WriteStartElement("mets", "mets", MetsNames.Mets);
        xml.WriteAttributeString("xmlns", "xlink", null, MetsNames.XLink);
        xml.WriteAttributeString("xmlns", "csip", null, MetsNames.Csip);
        xml.WriteAttributeString("xmlns", "sip", null, MetsNames.Sip);
        Attribute(xml, "OBJID", mets.ObjId);
        Attribute(xml, "LABEL", mets.Label);
        Attribute(xml, "TYPE", mets.Type);
        Csip(xml, "OTHERTYPE", mets.OtherType);
        Csip(xml, "CONTENTINFORMATIONTYPE", mets.ContentInformationType);
        Csip(xml, "OTHERCONTENTINFORMATIONTYPE", mets.OtherContentInformationType);
        Attribute(xml, "PROFILE", mets.Profile);
        if (mets.Header is { } header) WriteHeader(xml, header);
        foreach (var section in mets.Descriptive) WriteSection(xml, section);
        foreach (var administration in mets.Administrative) WriteAdministration(xml, administration);
        if (mets.FileSection is { } files) WriteFileSection(xml, files);
        foreach (var map in mets.StructMaps) WriteStructMap(xml, map);
        xml.WriteEndElement();
    }

    /// <summary>The document's bytes.</summary>
    public static byte[] ToBytes(MetsDocument mets) => GrowingStream.Of(stream => Write(stream, mets));

    private static void WriteHeader(XmlWriter xml, MetsHeader header)
    {
        Start(xml, "metsHdr");
        Attribute(xml, "CREATEDATE", header.Created);
        Attribute(xml, "LASTMODDATE", header.LastModified);
        Attribute(xml, "RECORDSTATUS", header.RecordStatus);
        Csip(xml, "OAISPACKAGETYPE", header.OaisPackageType);
        foreach (var agent in header.Agents) WriteAgent(xml, agent);
        foreach (var id in header.AltRecordIds)
        {
            Start(xml, "altRecordID");
            Attribute(xml, "TYPE", id.Type);
            xml.WriteString(id.Value);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteAgent(XmlWriter xml, MetsAgent agent)
    {
        Start(xml, "agent");
        Attribute(xml, "ROLE", agent.Role);
        Attribute(xml, "OTHERROLE", agent.OtherRole);
        Attribute(xml, "TYPE", agent.Type);
        Attribute(xml, "OTHERTYPE", agent.OtherType);
        if (agent.Name is not null) xml.WriteElementString("mets", "name", MetsNames.Mets, agent.Name);
        foreach (var note in agent.Notes)
        {
            Start(xml, "note");
            Csip(xml, "NOTETYPE", note.NoteType);
            xml.WriteString(note.Text);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    // The schema wants technical, rights, source and provenance metadata in this order.
    private static readonly ImmutableArray<string> SectionOrder =
        [MetsSection.Technical, MetsSection.Rights, MetsSection.Source, MetsSection.Provenance];

    private static void WriteAdministration(XmlWriter xml, MetsAdministration administration)
    {
        Start(xml, "amdSec");
        Attribute(xml, "ID", administration.Id);
        foreach (var element in SectionOrder)
            foreach (var section in administration.Sections)
                if (section.Element == element) WriteSection(xml, section);
        xml.WriteEndElement();
    }

    private static void WriteSection(XmlWriter xml, MetsSection section)
    {
        Start(xml, section.Element);
        Attribute(xml, "ID", section.Id);
        Attribute(xml, "CREATED", section.Created);
        Attribute(xml, "STATUS", section.Status);
        if (section.Reference is { } reference)
        {
            Start(xml, "mdRef");
            Attribute(xml, "ID", reference.Id);
            Attribute(xml, "LOCTYPE", reference.LocType);
            Link(xml, reference.LinkType, reference.Href, null);
            Attribute(xml, "MDTYPE", reference.MdType);
            Attribute(xml, "OTHERMDTYPE", reference.OtherMdType);
            Attribute(xml, "MDTYPEVERSION", reference.MdTypeVersion);
            FileCore(xml, reference.MimeType, reference.Size, reference.Created, reference.Checksum, reference.ChecksumType);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteFileSection(XmlWriter xml, MetsFileSection section)
    {
        Start(xml, "fileSec");
        Attribute(xml, "ID", section.Id);
        foreach (var group in section.Groups) WriteGroup(xml, group);
        xml.WriteEndElement();
    }

    private static void WriteGroup(XmlWriter xml, MetsFileGroup group)
    {
        Start(xml, "fileGrp");
        Attribute(xml, "ID", group.Id);
        Attribute(xml, "USE", group.Use);
        Ids(xml, "ADMID", group.AdmIds);
        Csip(xml, "CONTENTINFORMATIONTYPE", group.ContentInformationType);
        Csip(xml, "OTHERCONTENTINFORMATIONTYPE", group.OtherContentInformationType);
        foreach (var inner in group.Groups) WriteGroup(xml, inner);
        foreach (var file in group.Files.Concat(group.WrittenFiles)) WriteFile(xml, file);
        xml.WriteEndElement();
    }

    private static void WriteFile(XmlWriter xml, MetsFile file)
    {
        Start(xml, "file");
        Attribute(xml, "ID", file.Id);
        Attribute(xml, "OWNERID", file.OwnerId);
        Ids(xml, "ADMID", file.AdmIds);
        Ids(xml, "DMDID", file.DmdIds);
        FileCore(xml, file.MimeType, file.Size, file.Created, file.Checksum, file.ChecksumType);
        Sip(xml, "FILEFORMATNAME", file.FormatName);
        Sip(xml, "FILEFORMATVERSION", file.FormatVersion);
        Sip(xml, "FORMATREGISTRY", file.FormatRegistry);
        Sip(xml, "FORMATREGISTRYKEY", file.FormatKey);
        if (file.Location is { } location)
        {
            Start(xml, "FLocat");
            Attribute(xml, "LOCTYPE", location.LocType);
            Link(xml, location.LinkType, location.Href, location.Title);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteStructMap(XmlWriter xml, MetsStructMap map)
    {
        Start(xml, "structMap");
        Attribute(xml, "ID", map.Id);
        Attribute(xml, "TYPE", map.Type);
        Attribute(xml, "LABEL", map.Label);
        if (map.Root is { } root) WriteDiv(xml, root);
        xml.WriteEndElement();
    }

    private static void WriteDiv(XmlWriter xml, MetsDiv div)
    {
        Start(xml, "div");
        Attribute(xml, "ID", div.Id);
        Attribute(xml, "TYPE", div.Type);
        Attribute(xml, "LABEL", div.Label);
        Ids(xml, "DMDID", div.DmdIds);
        Ids(xml, "ADMID", div.AdmIds);
        foreach (var pointer in div.Pointers)
        {
            Start(xml, "mptr");
            Attribute(xml, "LOCTYPE", pointer.LocType);
            Link(xml, pointer.LinkType, pointer.Href, pointer.Title);
            xml.WriteEndElement();
        }
        foreach (var id in div.FileIds)
        {
            Start(xml, "fptr");
            Attribute(xml, "FILEID", id);
            xml.WriteEndElement();
        }
        foreach (var inner in div.Divs) WriteDiv(xml, inner);
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string name) => xml.WriteStartElement("mets", name, MetsNames.Mets);

    private static void Attribute(XmlWriter xml, string name, string? value)
    {
        if (value is not null) xml.WriteAttributeString(name, value);
    }

    private static void Csip(XmlWriter xml, string name, string? value)
    {
        if (value is not null) xml.WriteAttributeString("csip", name, MetsNames.Csip, value);
    }

    private static void Sip(XmlWriter xml, string name, string? value)
    {
        if (value is not null) xml.WriteAttributeString("sip", name, MetsNames.Sip, value);
    }

    private static void Ids(XmlWriter xml, string name, ImmutableArray<string> ids)
    {
        if (ids.Length > 0) xml.WriteAttributeString(name, string.Join(' ', ids));
    }

    private static void Link(XmlWriter xml, string? type, string? href, string? title)
    {
        if (type is not null) xml.WriteAttributeString("xlink", "type", MetsNames.XLink, type);
        if (href is not null) xml.WriteAttributeString("xlink", "href", MetsNames.XLink, href);
        if (title is not null) xml.WriteAttributeString("xlink", "title", MetsNames.XLink, title);
    }

    private static void FileCore(XmlWriter xml, string? mime, string? size, string? created, string? checksum, string? type)
    {
        Attribute(xml, "MIMETYPE", mime);
        Attribute(xml, "SIZE", size);
        Attribute(xml, "CREATED", created);
        Attribute(xml, "CHECKSUM", checksum);
        Attribute(xml, "CHECKSUMTYPE", type);
    }
}
