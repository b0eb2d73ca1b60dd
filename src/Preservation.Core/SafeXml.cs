using System.Xml;
using System.Xml.Linq;

namespace Preservation.Core;

/// <summary>The one way to read foreign XML: no DTD, no resolver, a bound on characters.</summary>
public static class SafeXml
{
    // Each is looked for among the others when it is added.
    private const int MaxAttributes = 1_000;

    /// <summary>Settings that refuse a DTD and fetch nothing.</summary>
    public static XmlReaderSettings Settings(long maxCharacters) => new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = maxCharacters,
        MaxCharactersFromEntities = 0,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = false,
    };

    /// <summary>A reader over the stream; it throws <see cref="XmlException"/> on malformed or hostile content.</summary>
    public static XmlReader Read(Stream stream, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return Read(stream, Settings(limits.MaxMetadataBytes));
    }

    /// <summary>A reader over the stream with settings that began as <see cref="Settings"/>.</summary>
    public static XmlReader Read(Stream stream, XmlReaderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return XmlReader.Create(new DeclaredXmlStream(stream, settings.CloseInput), settings);
    }

    /// <summary>Fails where the reader stands deeper than is allowed.</summary>
    /// <exception cref="XmlException">Too deep.</exception>
    public static void CheckDepth(XmlReader xml, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(xml);
        ArgumentNullException.ThrowIfNull(limits);
        if (xml.Depth > limits.MaxMarkupDepth) throw new XmlException($"elements are nested more than {limits.MaxMarkupDepth} deep");
    }

    /// <summary>Reads the element the reader stands on, with all that is in it, and goes past it.</summary>
    /// <exception cref="XmlException">Malformed, too deep, or an element with very many attributes.</exception>
    public static async Task<XElement> ReadElementAsync(XmlReader xml, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var top = Open(xml);
        var isOpen = !xml.IsEmptyElement;
        for (var within = top; isOpen && await xml.ReadAsync().ConfigureAwait(false);)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckDepth(xml, limits);
            switch (xml.NodeType)
            {
                case XmlNodeType.Element:
                    var element = Open(xml);
                    within.Add(element);
                    if (!xml.IsEmptyElement) within = element;
                    break;
                case XmlNodeType.EndElement:
                    isOpen = within != top;
                    within = within.Parent ?? top;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    within.Add(new XText(xml.Value));
                    break;
                default: break;
            }
        }
        await xml.ReadAsync().ConfigureAwait(false);
        return top;
    }

    private static XElement Open(XmlReader xml)
    {
        if (xml.AttributeCount > MaxAttributes) throw new XmlException($"an element has more than {MaxAttributes} attributes");
        var element = new XElement(XName.Get(xml.LocalName, xml.NamespaceURI));
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
            element.SetAttributeValue(XName.Get(xml.LocalName, xml.Prefix.Length == 0 ? "" : xml.NamespaceURI), xml.Value);
        xml.MoveToElement();
        return element;
    }
}
