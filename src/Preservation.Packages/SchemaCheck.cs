using System.Globalization;
using System.Xml;
using System.Xml.Schema;
using Preservation.Core;
using Preservation.Core.Findings;

namespace Preservation.Packages;

/// <summary>Holds a document of a package against an XML schema, as a stream. What the document itself names as its schema is not followed.</summary>
internal static class SchemaCheck
{
    /// <summary>Adds a finding for each thing that breaks the schema, with its line, column and element, but none of its content.</summary>
    public static Task CheckAsync(PackageFiles files, string path, XmlSchemaSet schemas, Rule rule, CancellationToken cancellationToken) => files.ParseAsync(path, async stream =>
    {
        var settings = SafeXml.Settings(files.Limits.MaxMetadataBytes);
        settings.ValidationType = ValidationType.Schema;
        settings.ValidationFlags = XmlSchemaValidationFlags.ProcessIdentityConstraints | XmlSchemaValidationFlags.AllowXmlAttributes;
        settings.Schemas = schemas;
        var element = "";
        settings.ValidationEventHandler += (sender, e) => files.Findings.Add(rule, path, null, string.Create(CultureInfo.InvariantCulture,
            $"line {e.Exception.LineNumber}, column {e.Exception.LinePosition}: {(sender as XmlReader)?.LocalName ?? element}"));
        using var xml = SafeXml.Read(stream, settings);
        while (await xml.ReadAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (xml.Depth > files.Limits.MaxMarkupDepth) throw new XmlException($"elements are nested more than {files.Limits.MaxMarkupDepth} deep");
            if (xml.NodeType == XmlNodeType.Element) element = xml.LocalName;
        }
        return "";
    }, cancellationToken);
}
