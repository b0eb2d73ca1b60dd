using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>Content types of a package's parts (ECMA-376-2 §7.2.3, [Content_Types].xml). Part names and extensions are compared without case.</summary>
internal sealed class OoxmlContentTypes
{
    private const string Namespace = "http://schemas.openxmlformats.org/package/2006/content-types";
    private readonly Dictionary<string, string> _overrides = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _defaults = new(StringComparer.OrdinalIgnoreCase);

    public static OoxmlContentTypes Read(XmlTree tree)
    {
        var types = new OoxmlContentTypes();
        if (tree.Root == 0) return types;
        foreach (var child in tree.Elements(tree.Root))
        {
            var type = tree.ValueOf(child, "ContentType") ?? "";
            if (tree.NameOf(child).Is(Namespace, "Override") && tree.ValueOf(child, "PartName") is { } part) types._overrides.TryAdd(part.TrimStart('/'), type);
            else if (tree.NameOf(child).Is(Namespace, "Default") && tree.ValueOf(child, "Extension") is { } extension) types._defaults.TryAdd(extension, type);
        }
        return types;
    }

    /// <summary>The type of a part; null when it has none.</summary>
    public string? Of(string part)
    {
        if (_overrides.TryGetValue(part, out var type)) return type;
        var dot = part.LastIndexOf('.');
        return dot < part.LastIndexOf('/') ? null : _defaults.GetValueOrDefault(part[(dot + 1)..]);
    }
}
