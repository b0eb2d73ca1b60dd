using System.Xml;
using System.Xml.Schema;
using Preservation.Testing;

namespace Preservation.Packages.Tests;

/// <summary>Validation against the official schemas that lie beside the repository.</summary>
internal static class Shared
{
    public static string Schemas => SharedFiles.Schemas();

    public static string Corpus => SharedFiles.Corpus();

    /// <summary>Everything the schemas have against the document.</summary>
    public static List<string> Validate(byte[] xml, params string[] schemas)
    {
        var set = new XmlSchemaSet { XmlResolver = new LocalResolver(Schemas) };
        foreach (var schema in schemas)
        {
            using var reader = XmlReader.Create(Path.Combine(Schemas, schema), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
            set.Add(null, reader);
        }
        return Validate(xml, set);
    }

    public static List<string> Validate(byte[] xml, XmlSchemaSet set)
    {
        var problems = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = set };
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        // What PREMIS takes from other vocabularies it does not check (processContents="lax"); XMLDSig's schema is none of ours.
        settings.ValidationEventHandler += (_, e) => { if (e.Severity == XmlSeverityType.Error || !e.Message.Contains("http://www.w3.org/2000/09/xmldsig#", StringComparison.Ordinal)) problems.Add($"{e.Exception.LineNumber}: {e.Message}"); };
        using var validating = XmlReader.Create(new MemoryStream(xml), settings);
        while (validating.Read())
        {
        }
        return problems;
    }

    public static readonly string[] MetsSchemas = ["mets/mets-1.12-csip-sip.xsd"];

    public static readonly string[] PremisSchemas = ["mets/xlink.xsd", "premis/premis-3.0.xsd"];

    // Never the network: every import is one of the files that lie here.
    private sealed class LocalResolver(string folder) : XmlResolver
    {
        public override object? GetEntity(Uri absoluteUri, string? role, Type? ofObjectToReturn)
        {
            var name = Path.GetFileName(absoluteUri.LocalPath);
            var file = Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).FirstOrDefault();
            return file is null ? throw new FileNotFoundException(name) : File.OpenRead(file);
        }
    }
}
