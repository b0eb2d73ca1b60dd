using System.Text;
using System.Xml;
using Preservation.Packages.Description;

namespace Preservation.Packages.Aip;

/// <summary>A minimal Dublin Core description for packages that bring none of their own.</summary>
internal static class DublinCore
{
    private const string Dc = "http://purl.org/dc/elements/1.1/";

    public static byte[] Of(PackageDescription description)
    {
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using (var xml = XmlWriter.Create(buffer, settings))
        {
            xml.WriteStartElement("simpledc");
            xml.WriteAttributeString("xmlns", "dc", null, Dc);
            Write(xml, "title", description.Title);
            Write(xml, "identifier", description.ObjId);
            Write(xml, "creator", description.AgencyName);
            Write(xml, "description", description.Field("Internal-Sender-Description"));
            Write(xml, "date", description.Field("Bagging-Date"));
            xml.WriteEndElement();
        }
        return buffer.ToArray();
    }

    // Bags are plain text and may hold characters that XML cannot: they become U+FFFD.
    private static void Write(XmlWriter xml, string name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        xml.WriteElementString("dc", name, Dc, clean.ToString());
    }
}
