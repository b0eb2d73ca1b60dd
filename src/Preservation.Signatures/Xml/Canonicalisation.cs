using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>Writes the canonical form of a node set, in one pass in document order (Canonical XML 1.0 §2.2–2.4, 1.1 §2.4, Exclusive 1.0 §3).</summary>
internal sealed class Canonicalisation
{
    private static readonly System.Buffers.SearchValues<byte> TextSpecials = System.Buffers.SearchValues.Create("&<>\r"u8);
    private static readonly System.Buffers.SearchValues<byte> ValueSpecials = System.Buffers.SearchValues.Create("&<\"\t\n\r"u8);
    private readonly NodeSet _set;
    private readonly XmlTree _tree;
    private readonly CanonicalForm _form;
    private readonly OctetSink _sink;
    private readonly XmlBudget _budget;
    private readonly Stack<(int Element, bool Written, int Rendered)> _open = new();

    // Exclusive only: what the output ancestors have rendered, innermost last.
    private readonly List<(string Prefix, string Namespace)> _rendered = [];
    private readonly List<(string Prefix, string Namespace)> _declarations = [];
    private readonly List<(XmlName Name, int Attribute, byte[]? Value)> _attributes = [];

    private Canonicalisation(NodeSet set, CanonicalForm form, OctetSink sink, XmlBudget budget)
    {
        (_set, _tree, _form, _sink, _budget) = (set, set.Tree, form, sink, budget);
    }

    public static void Write(NodeSet set, CanonicalForm form, OctetSink sink, XmlBudget budget) => new Canonicalisation(set, form, sink, budget).Write();

    private void Write()
    {
        var end = _tree.EndOf(_set.Apex);
        for (var node = _set.Apex; node < end; node++)
        {
            CloseBefore(node);
            switch (_tree.KindOf(node))
            {
                case XmlNodeKind.Element: Open(node); break;
                case XmlNodeKind.Text when _set.Contains(node): Escape(_tree.TextOf(node), isValue: false); break;
                case XmlNodeKind.Comment when _form.WithComments && _set.Contains(node): WriteComment(node); break;
                case XmlNodeKind.ProcessingInstruction when _set.Contains(node): WriteInstruction(node); break;
                default: break;
            }
        }
        CloseBefore(end);
    }

    private void Open(int element)
    {
        var written = _set.Contains(element);
        var rendered = _rendered.Count;
        if (written)
        {
            _declarations.Clear();
            _attributes.Clear();
            GatherAttributes(element);
            if (_form.Kind == CanonicalKind.Exclusive10) GatherUsed(element);
            else GatherInScope(element);
            WriteStart(element);
        }
        else if (_tree.IsElement(element) && (_set.ContainsNamespaces(element) || !_set.IsWhole)) WriteLoose(element);
        _open.Push((element, written, rendered));
    }

    // Attributes and namespaces of an element that is not in the set are written as they come (§2.3, last paragraphs): such sets name
    // attributes on their own, which no signature tool does, and the result would be no XML. Refused by the transforms before.
    private void WriteLoose(int element)
    {
        var range = _tree.AttributesOf(element);
        for (var i = range.Start.Value; i < range.End.Value; i++)
            if (_set.ContainsAttribute(i)) throw new XmlUnsupportedException("a node set of attributes without their element");
    }

    private void CloseBefore(int node)
    {
        while (_open.TryPeek(out var open) && _tree.EndOf(open.Element) <= node)
        {
            _open.Pop();
            if (!open.Written) continue;
            _sink.Write("</"u8);
            _sink.Write(_tree.NameOf(open.Element).Encoded);
            _sink.Write((byte)'>');
            _rendered.RemoveRange(open.Rendered, _rendered.Count - open.Rendered);
        }
    }

    private void WriteStart(int element)
    {
        _sink.Write((byte)'<');
        _sink.Write(_tree.NameOf(element).Encoded);
        _declarations.Sort(static (a, b) => CodePoints.Compare(a.Prefix, b.Prefix));
        foreach (var (prefix, name) in _declarations)
        {
            _sink.Write(prefix.Length == 0 ? " xmlns"u8 : " xmlns:"u8);
            _sink.Write(Encoding.UTF8.GetBytes(prefix));
            _sink.Write("=\""u8);
            Escape(Encoding.UTF8.GetBytes(name), isValue: true);
            _sink.Write((byte)'"');
        }
        _attributes.Sort(static (a, b) => CodePoints.Compare(a.Name.Namespace, b.Name.Namespace) is var order and not 0 ? order : CodePoints.Compare(a.Name.Local, b.Name.Local));
        foreach (var (name, attribute, value) in _attributes)
        {
            _sink.Write((byte)' ');
            _sink.Write(name.Encoded);
            _sink.Write("=\""u8);
            Escape(value ?? _tree.AttributeValue(attribute), isValue: true);
            _sink.Write((byte)'"');
        }
        _sink.Write((byte)'>');
    }

    private void GatherAttributes(int element)
    {
        var range = _tree.AttributesOf(element);
        for (var i = range.Start.Value; i < range.End.Value; i++)
            if (_set.ContainsAttribute(i)) _attributes.Add((_tree.AttributeName(i), i, null));
        var parent = _tree.ParentOf(element);
        if (_form.Kind == CanonicalKind.Exclusive10 || parent <= 0 || _set.Contains(parent)) return;
        InheritAttributes(element);
        if (_form.Kind == CanonicalKind.Inclusive11) FixBase(element);
    }

    // 1.0 §2.4: every attribute of the xml namespace; 1.1 §2.4: only xml:lang and xml:space. The nearest ancestor's counts, in the set or not.
    private void InheritAttributes(int element)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = element; at > 0; at = _tree.ParentOf(at))
        {
            var range = _tree.AttributesOf(at);
            _budget.Steps(1 + range.End.Value - range.Start.Value);
            for (var i = range.Start.Value; i < range.End.Value; i++)
            {
                var name = _tree.AttributeName(i);
                if (name.Namespace != XmlTree.XmlNamespace || !seen.Add(name.Local) || at == element) continue;
                if (_form.Kind == CanonicalKind.Inclusive10 || name.Local is "lang" or "space") _attributes.Add((name, i, null));
            }
        }
    }

    // 1.1 §2.4: the bases of the omitted ancestors right above are joined into one.
    private void FixBase(int element)
    {
        string? joined = null;
        var isInherited = false;
        for (var at = element; at > 0 && (at == element || !_set.Contains(at)); at = _tree.ParentOf(at))
        {
            _budget.Steps(1);
            if (_tree.ValueOf(at, "base", XmlTree.XmlNamespace) is not { } found) continue;
            joined = joined is null ? found : UriReferences.Join(found, joined);
            isInherited |= at != element;
        }
        if (!isInherited) return;
        _attributes.RemoveAll(a => a.Name.Is(XmlTree.XmlNamespace, "base"));
        if (joined is { Length: > 0 }) _attributes.Add((new XmlName("xml", "base", XmlTree.XmlNamespace), -1, Encoding.UTF8.GetBytes(joined)));
    }

    // A declaration is superfluous when the nearest ancestor that is written has the same namespace node in the set (1.0 §2.3).
    private void GatherInScope(int element)
    {
        var above = NearestWritten();
        if (!_set.ContainsNamespaces(element))
        {
            if (above >= 0 && _set.ContainsNamespaces(above) && _tree.NamespaceAt(above, "").Length > 0) _declarations.Add(("", ""));
            return;
        }
        var isKnown = above >= 0 && _set.ContainsNamespaces(above);
        for (var at = element; at > 0 && !(isKnown && at == above); at = _tree.ParentOf(at))
        {
            var range = _tree.DeclarationsOf(at);
            _budget.Steps(1 + range.End.Value - range.Start.Value);
            for (var i = range.Start.Value; i < range.End.Value; i++)
            {
                var (prefix, name) = _tree.DeclarationAt(i);
                if (!_declarations.Exists(d => d.Prefix == prefix)) _declarations.Add((prefix, name));
            }
        }
        _declarations.RemoveAll(d => (isKnown ? _tree.NamespaceAt(above, d.Prefix) : "") == d.Namespace);
    }

    // Exclusive §3: only what the element's own names use, and what the list asks for.
    private void GatherUsed(int element)
    {
        var hasNamespaces = _set.ContainsNamespaces(element);
        Use(_tree.NameOf(element), hasNamespaces);
        foreach (var (name, _, _) in _attributes)
            if (name.Prefix.Length > 0) Use(name, hasNamespaces);
        foreach (var prefix in _form.InclusivePrefixes)
        {
            _budget.Steps(1);
            if (hasNamespaces) Render(prefix, _tree.NamespaceAt(element, prefix));
        }
        _rendered.AddRange(_declarations);
    }

    private void Use(XmlName name, bool hasNamespaces)
    {
        if (name.Prefix == "xml" || (!hasNamespaces && name.Namespace.Length > 0)) return;
        Render(name.Prefix, name.Namespace);
    }

    private void Render(string prefix, string name)
    {
        if (prefix == "xml" || _declarations.Exists(d => d.Prefix == prefix)) return;
        if (Rendered(prefix) != name) _declarations.Add((prefix, name));
    }

    private string Rendered(string prefix)
    {
        _budget.Steps(1 + _rendered.Count / 16);
        for (var i = _rendered.Count - 1; i >= 0; i--)
            if (_rendered[i].Prefix == prefix) return _rendered[i].Namespace;
        return "";
    }

    private int NearestWritten()
    {
        foreach (var (element, written, _) in _open)
            if (written) return element;
        return -1;
    }

    private void WriteComment(int node)
    {
        var order = Outside(node);
        if (order > 0) _sink.Write((byte)'\n');
        _sink.Write("<!--"u8);
        _sink.Write(_tree.TextOf(node));
        _sink.Write("-->"u8);
        if (order < 0) _sink.Write((byte)'\n');
    }

    private void WriteInstruction(int node)
    {
        var order = Outside(node);
        if (order > 0) _sink.Write((byte)'\n');
        _sink.Write("<?"u8);
        _sink.Write(_tree.NameOf(node).Encoded);
        if (_tree.TextOf(node).Length > 0)
        {
            _sink.Write((byte)' ');
            _sink.Write(_tree.TextOf(node));
        }
        _sink.Write("?>"u8);
        if (order < 0) _sink.Write((byte)'\n');
    }

    // Before the document element -1, after it 1, within it 0.
    private int Outside(int node) => _tree.ParentOf(node) != 0 ? 0 : node < _tree.Root ? -1 : 1;

    private void Escape(ReadOnlySpan<byte> text, bool isValue)
    {
        var specials = isValue ? ValueSpecials : TextSpecials;
        int at;
        while ((at = text.IndexOfAny(specials)) >= 0)
        {
            _sink.Write(text[..at]);
            _sink.Write(text[at] switch
            {
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'"' => "&quot;"u8,
                (byte)'\t' => "&#x9;"u8,
                (byte)'\n' => "&#xA;"u8,
                _ => "&#xD;"u8,
            });
            text = text[(at + 1)..];
        }
        _sink.Write(text);
    }
}
