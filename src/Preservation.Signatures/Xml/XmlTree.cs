using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>
/// A read-only document in memory, a few tens of bytes a node: nodes are numbered in document order, 0 is the document, and the
/// descendants of a node are the numbers between it and its end. Made by <see cref="XmlTreeReader"/> alone.
/// </summary>
internal sealed class XmlTree
{
    public const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";
    private const string SecurityUtility = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    private readonly PagedList<Node> _nodes;
    private readonly PagedList<Attribute> _attributes;
    private readonly PagedList<Declaration> _declarations;
    private readonly TextStore _text;
    private readonly List<XmlName> _names;
    private readonly List<string> _strings;
    private Dictionary<string, int>? _ids;
    private int _lastAttributes;
    private int _lastDeclarations;

    internal XmlTree(
        PagedList<Node> nodes, PagedList<Attribute> attributes, PagedList<Declaration> declarations, TextStore text, List<XmlName> names,
        List<string> strings)
    {
        (_nodes, _attributes, _declarations, _text, _names, _strings) = (nodes, attributes, declarations, text, names, strings);
        for (var child = 1; child < Count; child = EndOf(child))
            if (IsElement(child)) Root = child;
    }

    /// <summary>The document element.</summary>
    public int Root { get; }

    public int Count => _nodes.Count;
    public int AttributeCount => _attributes.Count;

    public XmlNodeKind KindOf(int node) => _nodes[node].Kind;
    public bool IsElement(int node) => KindOf(node) == XmlNodeKind.Element;
    public bool IsElement(int node, string @namespace, string local) => IsElement(node) && NameOf(node).Is(@namespace, local);

    /// <summary>-1 for the document.</summary>
    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>The number after the last descendant.</summary>
    public int EndOf(int node) => KindOf(node) <= XmlNodeKind.Element ? _nodes[node].Place : node + 1;

    /// <summary>Name of an element, target of a processing instruction.</summary>
    public XmlName NameOf(int node) => _names[_nodes[node].Name];

    /// <summary>Character data of a text, comment or processing instruction; UTF-8.</summary>
    public ReadOnlySpan<byte> TextOf(int node) => _text.Read(_nodes[node].Place);

    /// <summary>Numbers of an element's attributes; namespace declarations are none.</summary>
    public Range AttributesOf(int element)
    {
        if (!_nodes[element].HasAttributes) return default;
        var first = FirstOf(_attributes, element, _lastAttributes);
        _lastAttributes = first;
        return first..PastOf(_attributes, first);
    }

    public XmlName AttributeName(int attribute) => _names[_attributes[attribute].Name];
    public int AttributeOwner(int attribute) => _attributes[attribute].Owner;
    public ReadOnlySpan<byte> AttributeValue(int attribute) => _text.Read(_attributes[attribute].Place);

    /// <summary>Numbers of the namespace declarations that stand on an element.</summary>
    public Range DeclarationsOf(int element)
    {
        if (!_nodes[element].HasDeclarations) return default;
        var first = FirstOf(_declarations, element, _lastDeclarations);
        _lastDeclarations = first;
        return first..PastOf(_declarations, first);
    }

    public (string Prefix, string Namespace) DeclarationAt(int declaration) =>
        (_strings[_declarations[declaration].Prefix], _strings[_declarations[declaration].Namespace]);

    /// <summary>What a prefix stands for at an element; empty where it is not declared.</summary>
    public string NamespaceAt(int element, string prefix)
    {
        if (prefix == "xml") return XmlNamespace;
        for (var at = element; at > 0; at = ParentOf(at))
        {
            var range = DeclarationsOf(at);
            for (var i = range.Start.Value; i < range.End.Value; i++)
                if (_strings[_declarations[i].Prefix] == prefix) return _strings[_declarations[i].Namespace];
        }
        return "";
    }

    /// <summary>An attribute without namespace; null when it is not there.</summary>
    public string? ValueOf(int element, string local, string @namespace = "")
    {
        var range = AttributesOf(element);
        for (var i = range.Start.Value; i < range.End.Value; i++)
            if (AttributeName(i).Is(@namespace, local)) return Encoding.UTF8.GetString(AttributeValue(i));
        return null;
    }

    /// <summary>Children that are elements.</summary>
    public IEnumerable<int> Elements(int parent)
    {
        for (var child = parent + 1; child < EndOf(parent); child = EndOf(child))
            if (IsElement(child)) yield return child;
    }

    /// <summary>Children of this name.</summary>
    public IEnumerable<int> Elements(int parent, string @namespace, string local) => Elements(parent).Where(e => NameOf(e).Is(@namespace, local));

    /// <summary>The first child of this name; -1 when there is none.</summary>
    public int Element(int parent, string @namespace, string local)
    {
        foreach (var child in Elements(parent, @namespace, local)) return child;
        return -1;
    }

    /// <summary>Is the one node the other or an ancestor of it.</summary>
    public bool Contains(int ancestor, int node) => ancestor >= 0 && ancestor <= node && node < EndOf(ancestor);

    /// <summary>Bytes of the string value (XPath 1.0 §5.2).</summary>
    public int TextBytes(int node)
    {
        var sum = 0;
        for (var i = node; i < EndOf(node); i++)
            if (KindOf(i) == XmlNodeKind.Text) sum += TextOf(i).Length;
        return sum;
    }

    /// <summary>The string value (XPath 1.0 §5.2), UTF-8.</summary>
    public byte[] TextWithin(int node)
    {
        var text = new byte[TextBytes(node)];
        var at = 0;
        for (var i = node; i < EndOf(node); i++)
        {
            if (KindOf(i) != XmlNodeKind.Text) continue;
            TextOf(i).CopyTo(text.AsSpan(at));
            at += TextOf(i).Length;
        }
        return text;
    }

    public string StringValue(int node) => Encoding.UTF8.GetString(TextWithin(node));

    /// <summary>
    /// The element with this Id, -1 when there is none, -2 when several elements have it: which of them a reader takes cannot be known then.
    /// Without a schema every attribute called Id, ID, id, xml:id or wsu:Id counts.
    /// </summary>
    public int FindId(string id)
    {
        _ids ??= IndexIds();
        return _ids.GetValueOrDefault(id, -1);
    }

    private Dictionary<string, int> IndexIds()
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _attributes.Count; i++)
        {
            var name = AttributeName(i);
            if (!IsId(name)) continue;
            var id = Encoding.UTF8.GetString(AttributeValue(i));
            var owner = AttributeOwner(i);
            if (!ids.TryAdd(id, owner) && ids[id] != owner) ids[id] = -2;
        }
        return ids;
    }

    private static bool IsId(XmlName name) => name.Namespace.Length == 0
        ? name.Local is "Id" or "ID" or "id"
        : name.Is(XmlNamespace, "id") || name.Is(SecurityUtility, "Id");

    // What hangs on elements is in their order. Most often the element that was asked last, or the next, is asked: then nothing is searched.
    private static int FirstOf<T>(PagedList<T> list, int owner, int last)
        where T : struct, IOwned
    {
        if (list[last].Owner == owner) return last;
        var next = PastOf(list, last);
        if (next < list.Count && list[next].Owner == owner) return next;
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (list[middle].Owner < owner) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static int PastOf<T>(PagedList<T> list, int first)
        where T : struct, IOwned
    {
        var end = first + 1;
        while (end < list.Count && list[end].Owner == list[first].Owner) end++;
        return end;
    }

    internal interface IOwned
    {
        /// <summary>The element it stands on.</summary>
        int Owner { get; }
    }

    internal struct Node(XmlNodeKind kind, int name, int parent, int place)
    {
        private const int NameShift = 5;
        private const uint KindMask = 7;
        private const uint AttributesFlag = 8;
        private const uint DeclarationsFlag = 16;
        private uint _word = (uint)kind | (uint)name << NameShift;

        public int Parent = parent;

        // Document and element: their end. Others: where their text is.
        public int Place = place;

        public readonly XmlNodeKind Kind => (XmlNodeKind)(_word & KindMask);
        public readonly int Name => (int)(_word >> NameShift);

        public bool HasAttributes
        {
            readonly get => (_word & AttributesFlag) != 0;
            set => _word = value ? _word | AttributesFlag : _word & ~AttributesFlag;
        }

        public bool HasDeclarations
        {
            readonly get => (_word & DeclarationsFlag) != 0;
            set => _word = value ? _word | DeclarationsFlag : _word & ~DeclarationsFlag;
        }
    }

    internal struct Attribute : IOwned
    {
        public int Owner { get; init; }
        public int Name;
        public int Place;
    }

    internal struct Declaration : IOwned
    {
        public int Owner { get; init; }
        public int Prefix;
        public int Namespace;
    }
}
