using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using System.Xml.Schema;

namespace Preservation.Packages.Tt05;

/// <summary>
/// The circular's tables as they hold from a day on: the fields of every descriptor, the codes allowed in them, formats, and our schemas. Read from a
/// folder of <c>schemas/tt05</c>, so that a corrected table is a new folder and no new code.
/// </summary>
public sealed class Tt05Edition
{
    private readonly FrozenDictionary<string, ImmutableArray<Tt05Field>> _fields;
    private readonly FrozenDictionary<string, byte[]> _schemas;
    private readonly Lazy<XmlSchemaSet> _extension;

    internal Tt05Edition(string folder, DateOnly validFrom, DateOnly? validUntil, IReadOnlyDictionary<string, byte[]> data)
    {
        (Folder, ValidFrom, ValidUntil) = (folder, validFrom, validUntil);
        var fields = Parse(data, "fields.json", Tt05Json.Default.FieldTables);
        Codes = fields.Codes.ToFrozenDictionary(c => c.Key, c => (IReadOnlyDictionary<string, string>)c.Value.ToFrozenDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        var sets = Codes.ToDictionary(c => c.Key, c => (IReadOnlySet<string>)c.Value.Keys.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        _fields = fields.Forms.SelectMany(form => form.Value.Select(list => (Key: $"{form.Key}/{list.Key}", list.Value)))
            .ToFrozenDictionary(l => l.Key, l => l.Value.Select(f => new Tt05Field(f.Name, f.Mandatory, f.Kind, f.MaxLength, f.Codes is null ? null : sets[f.Codes])).ToImmutableArray(), StringComparer.Ordinal);
        Formats = Parse(data, "formats.json", Tt05Json.Default.FormatTables).Formats.Values.SelectMany(f => f).ToFrozenDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        _schemas = data.Where(d => d.Key.EndsWith(".xsd", StringComparison.Ordinal)).ToFrozenDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal);
        _extension = new Lazy<XmlSchemaSet>(() => Compile("vnsip.xsd"));
    }

    /// <summary>Name of its folder.</summary>
    public string Folder { get; }

    /// <summary>First day it holds.</summary>
    public DateOnly ValidFrom { get; }

    /// <summary>Last day it holds; null while it does.</summary>
    public DateOnly? ValidUntil { get; }

    /// <summary>Code tables by name: code and what it means, in Vietnamese; empty where the meaning is not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Codes { get; }

    /// <summary>Formats in which documents are taken (Article 8, Annex III §8): PRONOM identifier and common name.</summary>
    public IReadOnlyDictionary<string, string> Formats { get; }

    /// <summary>The schema of the optional extension <c>VNSIP.xml</c>.</summary>
    internal XmlSchemaSet Extension => _extension.Value;

    /// <summary>The fields of EAD.xml, in the circular's order.</summary>
    public ImmutableArray<Tt05Field> OfPackage(Tt05Form form) => _fields[NameOf(form) + "/ead"];

    /// <summary>The fields of a document's descriptor, in the circular's order; a kind that is not known is treated as <c>doc</c>.</summary>
    public ImmutableArray<Tt05Field> OfDocument(string kind, Tt05Form form) =>
        _fields.GetValueOrDefault($"{NameOf(form)}/ead_{kind}", _fields[NameOf(form) + "/ead_doc"]);

    /// <summary>File names of our schemas for a form of package, in byte order.</summary>
    public ImmutableArray<string> SchemasOf(Tt05Form form)
    {
        var folder = NameOf(form) + "/";
        return [.. _schemas.Keys.Where(k => k.StartsWith(folder, StringComparison.Ordinal)).Select(k => k[folder.Length..]).Order(StringComparer.Ordinal)];
    }

    /// <summary>The bytes of a schema.</summary>
    /// <exception cref="ArgumentException">There is no such schema.</exception>
    public byte[] ReadSchema(Tt05Form form, string name) =>
        _schemas.TryGetValue($"{NameOf(form)}/{name}", out var bytes) ? [.. bytes] : throw new ArgumentException($"no schema {name}", nameof(name));

    private XmlSchemaSet Compile(string name)
    {
        using var reader = XmlReader.Create(new MemoryStream(_schemas[name], writable: false), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var set = new XmlSchemaSet { XmlResolver = null };
        set.Add(null, reader);
        set.Compile();
        return set;
    }

    private static string NameOf(Tt05Form form) => form switch
    {
        Tt05Form.SipCollection => "sip_tailieu",
        Tt05Form.AipDossier => "aip_hoso",
        Tt05Form.AipCollection => "aip_tailieu",
        Tt05Form.Dip => "dip",
        _ => "sip_hoso",
    };

    private T Parse<T>(IReadOnlyDictionary<string, byte[]> data, string name, JsonTypeInfo<T> form) =>
        data.TryGetValue(name, out var json) && JsonSerializer.Deserialize(json, form) is { } file ? file : throw new InvalidOperationException($"edition {Folder} has no {name}");
}
