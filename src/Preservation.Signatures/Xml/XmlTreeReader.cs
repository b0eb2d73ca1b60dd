using System.Runtime.InteropServices;
using System.Text;
using System.Xml;

namespace Preservation.Signatures.Xml;

/// <summary>
/// Builds a tree from bytes. The platform's reader does what XML 1.0 asks before canonicalisation anyway: line ends (§2.11), attribute
/// values of type CDATA (§3.3.3), character references, CDATA sections; it is told to refuse document types and to fetch nothing, so that no
/// default attributes and no entities can come in.
/// </summary>
internal sealed class XmlTreeReader
{
    private const int PieceChars = 1 << 15;
    private readonly SignatureLimits _limits;
    private readonly PagedList<XmlTree.Node> _nodes = new();
    private readonly PagedList<XmlTree.Attribute> _attributes = new();
    private readonly PagedList<XmlTree.Declaration> _declarations = new();
    private readonly TextStore _text;
    private readonly List<XmlName> _names = [];
    private readonly Dictionary<(string, string, string), int> _nameNumbers = [];
    private readonly List<string> _strings = [];
    private readonly Dictionary<string, int> _stringNumbers = new(StringComparer.Ordinal);
    private readonly Stack<int> _open = new();
    private readonly char[] _piece = new char[PieceChars];
    private bool _hasElement;

    private XmlTreeReader(int bytes, SignatureLimits limits)
    {
        _limits = limits;
        _text = new TextStore(bytes);
    }

    public static XmlParse Read(ReadOnlyMemory<byte> bytes, SignatureLimits limits)
    {
        if (bytes.Length > limits.MaxXmlBytes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlBytes), limits.MaxXmlBytes);
        var building = new XmlTreeReader(bytes.Length, limits);
        try
        {
            using var reader = Open(bytes, limits);
            if (reader is null) return new XmlParse.Malformed("unknown encoding");
            return building.Build(reader);
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException)
        {
            if (!building._hasElement && XmlProlog.DeclaresDocumentType(bytes.Span)) return new XmlParse.DocumentType();
            var reason = exception is XmlException xml ? $"line {xml.LineNumber}, position {xml.LinePosition}" : "text is not in its encoding";
            return new XmlParse.Malformed($"not well-formed XML: {reason}");
        }
    }

    private static XmlReader? Open(ReadOnlyMemory<byte> bytes, SignatureLimits limits)
    {
        var settings = Core.SafeXml.Settings(limits.MaxXmlBytes);
        settings.Async = false;
        settings.IgnoreComments = false;
        settings.IgnoreProcessingInstructions = false;
        settings.CloseInput = true;
        var stream = MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray(), writable: false);
        if (XmlProlog.LegacyEncoding(bytes.Span) is not { } name) return XmlReader.Create(stream, settings);
        // The platform knows these encodings without their being registered for the whole process.
        return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) is { } encoding
            ? XmlReader.Create(new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false), settings) : null;
    }

    private XmlParse Build(XmlReader reader)
    {
        _open.Push(Add(XmlNodeKind.Document, 0, 0, 0, -1));
        while (reader.Read())
        {
            if (_nodes.Count >= _limits.MaxXmlNodes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlNodes), _limits.MaxXmlNodes);
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (OpenElement(reader) is { } refused) return refused;
                    break;
                case XmlNodeType.EndElement:
                    Close();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    if (_open.Count > 1) AddText(reader);
                    break;
                case XmlNodeType.Comment:
                    if (AddValue(XmlNodeKind.Comment, 0, reader.Value) is { } comment) return comment;
                    break;
                case XmlNodeType.ProcessingInstruction:
                    if (AddValue(XmlNodeKind.ProcessingInstruction, NumberOf("", reader.LocalName, ""), reader.Value) is { } instruction) return instruction;
                    break;
                default: break;
            }
        }
        Close();
        return new XmlParse.Parsed(new XmlTree(_nodes, _attributes, _declarations, _text, _names, _strings));
    }

    private XmlParse.TooLarge? OpenElement(XmlReader reader)
    {
        if (_open.Count > _limits.MaxXmlDepth) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlDepth), _limits.MaxXmlDepth);
        if (reader.AttributeCount > _limits.MaxXmlAttributes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlAttributes), _limits.MaxXmlAttributes);
        if (_names.Count > _limits.MaxXmlNames || _strings.Count > _limits.MaxXmlNames) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlNames), _limits.MaxXmlNames);
        var element = Add(XmlNodeKind.Element, NumberOf(reader.Prefix, reader.LocalName, reader.NamespaceURI), _attributes.Count, _declarations.Count, _open.Peek());
        _hasElement = true;
        var isEmpty = reader.IsEmptyElement;
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/")
            {
                var prefix = reader.Prefix.Length == 0 ? "" : reader.LocalName;
                if (prefix != "xml") _declarations.Add(new XmlTree.Declaration { Owner = element, Prefix = StringNumber(prefix), Namespace = StringNumber(reader.Value) });
                continue;
            }
            var value = reader.Value;
            if (value.Length > TextStore.PageBytes / 3) return new XmlParse.TooLarge("attribute value", TextStore.PageBytes / 3);
            var (offset, bytes) = _text.Add(value);
            var name = NumberOf(reader.Prefix, reader.LocalName, reader.Prefix.Length == 0 ? "" : reader.NamespaceURI);
            _attributes.Add(new XmlTree.Attribute { Owner = element, Name = name, Offset = offset, Bytes = bytes });
        }
        reader.MoveToElement();
        _open.Push(element);
        if (isEmpty) Close();
        return null;
    }

    // In pieces, since a value of many megabytes is common (base64); a surrogate pair stays together.
    private void AddText(XmlReader reader)
    {
        var kept = 0;
        int read;
        while ((read = reader.ReadValueChunk(_piece, kept, PieceChars - kept)) > 0)
        {
            var filled = kept + read;
            kept = char.IsHighSurrogate(_piece[filled - 1]) ? 1 : 0;
            if (filled > kept) AddPiece(_piece.AsSpan(0, filled - kept));
            if (kept == 1) _piece[0] = _piece[filled - 1];
        }
    }

    private void AddPiece(ReadOnlySpan<char> piece)
    {
        var (offset, bytes) = _text.Add(piece);
        var node = Add(XmlNodeKind.Text, 0, offset, bytes, _open.Peek());
        _nodes[node].End = node + 1;
    }

    private XmlParse.TooLarge? AddValue(XmlNodeKind kind, int name, string value)
    {
        if (value.Length > TextStore.PageBytes / 3) return new XmlParse.TooLarge("comment or processing instruction", TextStore.PageBytes / 3);
        var (offset, bytes) = _text.Add(value);
        var node = Add(kind, name, offset, bytes, _open.Peek());
        _nodes[node].End = node + 1;
        return null;
    }

    private int Add(XmlNodeKind kind, int name, int first, int second, int parent) =>
        _nodes.Add(new XmlTree.Node { Kind = kind, Name = name, Parent = parent, First = first, Second = second });

    private void Close() => _nodes[_open.Pop()].End = _nodes.Count;

    private int NumberOf(string prefix, string local, string @namespace)
    {
        if (_nameNumbers.TryGetValue((prefix, local, @namespace), out var number)) return number;
        _names.Add(new XmlName(prefix, local, @namespace));
        return _nameNumbers[(prefix, local, @namespace)] = _names.Count - 1;
    }

    private int StringNumber(string text)
    {
        if (_stringNumbers.TryGetValue(text, out var number)) return number;
        _strings.Add(text);
        return _stringNumbers[text] = _strings.Count - 1;
    }
}
