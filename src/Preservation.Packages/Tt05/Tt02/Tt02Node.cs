using System.Globalization;
using System.Xml;
using Preservation.Core;

namespace Preservation.Packages.Tt05.Tt02;

/// <summary>An element of a flat XML file that has fields: elements with text and nothing below.</summary>
internal sealed class Tt02Node(string path, Tt02Node? parent)
{
    private readonly Dictionary<string, int> _children = new(StringComparer.Ordinal);

    /// <summary>Where it stands, as <c>/HoSo/VanBan[2]</c>.</summary>
    public string Path { get; } = path;

    public Tt02Node? Parent { get; } = parent;

    /// <summary>Its fields in order, empty ones left out.</summary>
    public List<(string Name, string Text)> Fields { get; } = [];

    public string? this[string name] => Fields.Find(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Text;

    /// <summary>The elements of a file that have fields, in the order in which they begin.</summary>
    /// <exception cref="XmlException">Malformed, hostile, or nested too deep.</exception>
    public static async Task<List<Tt02Node>> ReadAsync(Stream stream, Limits limits, CancellationToken cancellationToken)
    {
        using var xml = SafeXml.Read(stream, limits with { MaxMetadataBytes = limits.MaxListCharacters });
        var all = new List<Tt02Node>();
        var open = new Stack<Tt02Node>();
        var text = new System.Text.StringBuilder();
        while (await xml.ReadAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (xml.Depth > limits.MaxMarkupDepth) throw new XmlException("nested too deep");
            if (xml.NodeType == XmlNodeType.Element)
            {
                text.Clear();
                var node = new Tt02Node(Place(open, xml.LocalName), open.Count > 0 ? open.Peek() : null);
                if (xml.IsEmptyElement) continue;
                open.Push(node);
                all.Add(node);
            }
            else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) text.Append(xml.Value);
            else if (xml.NodeType == XmlNodeType.EndElement)
            {
                var node = open.Pop();
                if (node._children.Count == 0 && node.Parent is { } parent && !string.IsNullOrWhiteSpace(text.ToString())) parent.Fields.Add((xml.LocalName, text.ToString()));
                text.Clear();
            }
        }
        all.RemoveAll(n => n.Fields.Count == 0);
        return all;
    }

    private static string Place(Stack<Tt02Node> open, string name)
    {
        if (open.Count == 0) return "/" + name;
        var parent = open.Peek();
        var count = parent._children[name] = parent._children.GetValueOrDefault(name) + 1;
        return $"{parent.Path}/{name}" + (count == 1 ? "" : $"[{count.ToString(CultureInfo.InvariantCulture)}]");
    }
}
