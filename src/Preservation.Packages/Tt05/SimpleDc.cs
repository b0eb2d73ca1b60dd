using System.Collections.Immutable;
using System.Text;
using System.Xml;
using Preservation.Core;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05;

/// <summary>
/// A descriptor of the circular: a flat <c>simpledc</c> element without namespace (the file is called EAD.xml but is no EAD).
/// Order is kept but never judged.
/// </summary>
public sealed record SimpleDc(ImmutableArray<KeyValuePair<string, string>> Fields)
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n", CloseOutput = false,
    };

    /// <summary>The field's text, or null when it is absent or blank.</summary>
    public string? this[string name] => PackageDescription.Find(Fields, name);

    /// <summary>Reads a descriptor; elements inside fields count as their text.</summary>
    /// <exception cref="XmlException">Malformed, hostile, or the root element is not <c>simpledc</c>.</exception>
    public static async Task<SimpleDc> ReadAsync(Stream stream, Limits limits, CancellationToken cancellationToken)
    {
        using var xml = SafeXml.Read(stream, limits);
        await xml.MoveToContentAsync().ConfigureAwait(false);
        if (xml.LocalName != "simpledc") throw new XmlException("the root element is not simpledc");
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        string? name = null;
        var text = new StringBuilder();
        while (await xml.ReadAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            SafeXml.CheckDepth(xml, limits);
            if (xml is { NodeType: XmlNodeType.Element, Depth: 1 })
            {
                name = xml.LocalName;
                text.Clear();
                if (xml.IsEmptyElement) fields.Add(new(name, ""));
            }
            else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) text.Append(xml.Value);
            else if (xml is { NodeType: XmlNodeType.EndElement, Depth: 1 }) fields.Add(new(name!, text.ToString().Trim()));
        }
        return new SimpleDc(fields.ToImmutable());
    }

    /// <summary>The descriptor's bytes, UTF-8; equal descriptors give equal bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            xml.WriteStartElement("simpledc");
            foreach (var (name, value) in Fields) xml.WriteElementString(name, value);
            xml.WriteEndElement();
        }
        return buffer.ToArray();
    }
}
