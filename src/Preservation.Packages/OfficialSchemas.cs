using System.Collections.Concurrent;
using System.Text;
using System.Xml;
using System.Xml.Schema;
using Preservation.Core;
using Preservation.Core.Files;

namespace Preservation.Packages;

/// <summary>
/// The XML schemas of METS, PREMIS and what they import, as the operator installed them from their publishers. Imports are looked for in the
/// folder by file name, never on a network. Safe for use from several threads.
/// </summary>
public sealed class OfficialSchemas
{
    internal const string Premis = "http://www.loc.gov/premis/v3";

    private readonly SortedDictionary<string, byte[]> _files;
    private readonly ConcurrentDictionary<string, Lazy<XmlSchemaSet?>> _sets = new(StringComparer.Ordinal);

    private OfficialSchemas(SortedDictionary<string, byte[]> files) => _files = files;

    /// <summary>Reads every <c>.xsd</c> of a folder and the folders in it; several versions of one schema may lie there.</summary>
    /// <exception cref="IOException">The folder cannot be read, or holds no schema.</exception>
    public static async Task<OfficialSchemas> LoadAsync(IFileTree folder, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(limits);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var index = await folder.IndexAsync(limits, cancellationToken).ConfigureAwait(false);
        foreach (var path in index.Numbers.Where(n => index.KindOf(n) == EntryKind.File && index.BytesOf(n) <= limits.MaxMetadataBytes).Select(index.PathOf).Where(p => p.EndsWith(".xsd", StringComparison.OrdinalIgnoreCase)))
        {
            var stream = await folder.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var buffer = new MemoryStream();
                await stream.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
                files[path] = buffer.ToArray();
            }
        }
        return files.Count > 0 ? new OfficialSchemas(files) : throw new FileNotFoundException("there is no .xsd in the folder of schemas");
    }

    /// <summary>The compiled schema of a namespace; null when none is installed.</summary>
    /// <exception cref="IOException">The installed schemas cannot be used together.</exception>
    internal XmlSchemaSet? Of(string targetNamespace) =>
        _sets.GetOrAdd(targetNamespace, name => new Lazy<XmlSchemaSet?>(() => Compile(name))).Value;

    // Of several, the one that knows the E-ARK extensions, else the last by name, which is the newest.
    private XmlSchemaSet? Compile(string targetNamespace)
    {
        var own = _files.Where(f => TargetOf(f.Value) == targetNamespace).ToList();
        if (own.Count == 0) return null;
        var extended = own.Where(f => Encoding.UTF8.GetString(f.Value).Contains("DILCISExtension", StringComparison.Ordinal)).ToList();
        var (path, bytes) = (extended.Count > 0 ? extended : own)[^1];
        var set = new XmlSchemaSet { XmlResolver = new Installed(_files) };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes, writable: false), Settings);
            set.Add(null, reader);
            set.Compile();
            return set;
        }
        catch (Exception e) when (e is XmlSchemaException or XmlException)
        {
            throw new IOException($"the installed schema {path} cannot be used: {e.Message}", e);
        }
    }

    // The schema of schemas, which some schemas carry a DTD for, is never read.
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };

    private static string? TargetOf(byte[] bytes)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes, writable: false), Settings);
            return xml.MoveToContent() == XmlNodeType.Element && xml.LocalName == "schema" ? xml.GetAttribute("targetNamespace") : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private sealed class Installed(SortedDictionary<string, byte[]> files) : XmlResolver
    {
        public override object GetEntity(Uri absoluteUri, string? role, Type? ofObjectToReturn)
        {
            var name = Path.GetFileName(absoluteUri.LocalPath);
            var found = files.FirstOrDefault(f => Path.GetFileName(f.Key) == name);
            return found.Value is { } bytes ? new MemoryStream(bytes, writable: false) : throw new XmlException($"{name} is not installed");
        }
    }
}
