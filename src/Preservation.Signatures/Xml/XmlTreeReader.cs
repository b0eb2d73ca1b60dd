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
            var stream = MemoryMarshal.TryGetArray(bytes, out var array)
                ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray(), writable: false);
            using var reader = Open(stream, bytes.Span, limits);
            return reader is null ? UnknownEncoding : building.Build(reader);
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException)
        {
            return building.Refuse(exception, bytes.Span);
        }
    }

    /// <summary>Reads a file in portions: its bytes and the tree are never in memory together.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static async Task<XmlParse> ReadAsync(SignedFile file, SignatureLimits limits, CancellationToken cancellationToken)
    {
        if (file.Bytes > limits.MaxXmlBytes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlBytes), limits.MaxXmlBytes);
        var building = new XmlTreeReader((int)Math.Max(0, file.Bytes), limits);
        try
        {
            var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var feed = new XmlFeed(stream, file.Bytes);
                await feed.FillAsync(cancellationToken).ConfigureAwait(false);
                using var reader = Open(feed, feed.Waiting, limits);
                return reader is null ? UnknownEncoding : await building.BuildAsync(reader, feed, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException)
        {
            var head = building._hasElement ? [] : await SignatureVerification.ReadHeadAsync(file, XmlProlog.LookedAtBytes, cancellationToken).ConfigureAwait(false);
            return building.Refuse(exception, head);
        }
    }

    private static XmlParse.Malformed UnknownEncoding => new("unknown encoding");

    private XmlParse Refuse(Exception exception, ReadOnlySpan<byte> head)
    {
        if (!_hasElement && XmlProlog.DeclaresDocumentType(head)) return new XmlParse.DocumentType();
        var reason = exception is XmlException xml ? $"line {xml.LineNumber}, position {xml.LinePosition}" : "text is not in its encoding";
        return new XmlParse.Malformed($"not well-formed XML: {reason}");
    }

    private static XmlReader? Open(Stream stream, ReadOnlySpan<byte> head, SignatureLimits limits)
    {
        var settings = Core.SafeXml.Settings(limits.MaxXmlBytes);
        settings.Async = false;
        settings.IgnoreComments = false;
        settings.IgnoreProcessingInstructions = false;
        settings.CloseInput = true;
        if (XmlProlog.LegacyEncoding(head) is not { } name) return Core.SafeXml.Read(stream, settings);
        // The platform knows these encodings without their being registered for the whole process.
        return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) is { } encoding
            ? XmlReader.Create(new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false), settings) : null;
    }

    private XmlParse Build(XmlReader reader)
    {
        _open.Push(Add(XmlNodeKind.Document, 0, 0, -1));
        while (reader.Read())
            if (Take(reader) is { } refused) return refused;
        return Finish();
    }

    private async Task<XmlParse> BuildAsync(XmlReader reader, XmlFeed feed, CancellationToken cancellationToken)
    {
        _open.Push(Add(XmlNodeKind.Document, 0, 0, -1));
        while (reader.Read())
        {
            if (Take(reader) is { } refused) return refused;
            if (feed.IsLow) await feed.FillAsync(cancellationToken).ConfigureAwait(false);
        }
        return Finish();
    }

    private XmlParse.Parsed Finish()
    {
        Close();
        return new XmlParse.Parsed(new XmlTree(_nodes, _attributes, _declarations, _text, _names, _strings));
    }

    // One node, attributes included.
    private XmlParse.TooLarge? Take(XmlReader reader)
    {
        if (_nodes.Count >= _limits.MaxXmlNodes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlNodes), _limits.MaxXmlNodes);
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                return OpenElement(reader);
            case XmlNodeType.EndElement:
                Close();
                return null;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                if (_open.Count > 1) AddText(reader);
                return null;
            case XmlNodeType.Comment:
                return AddValue(XmlNodeKind.Comment, 0, reader.Value);
            case XmlNodeType.ProcessingInstruction:
                return AddValue(XmlNodeKind.ProcessingInstruction, NumberOf("", reader.LocalName, ""), reader.Value);
            default:
                return null;
        }
    }

    private XmlParse.TooLarge? OpenElement(XmlReader reader)
    {
        if (_open.Count > _limits.MaxXmlDepth) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlDepth), _limits.MaxXmlDepth);
        if (reader.AttributeCount > _limits.MaxXmlAttributes) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlAttributes), _limits.MaxXmlAttributes);
        if (_names.Count > _limits.MaxXmlNames || _strings.Count > _limits.MaxXmlNames) return new XmlParse.TooLarge(nameof(SignatureLimits.MaxXmlNames), _limits.MaxXmlNames);
        var element = Add(XmlNodeKind.Element, NumberOf(reader.Prefix, reader.LocalName, reader.NamespaceURI), 0, _open.Peek());
        _hasElement = true;
        var isEmpty = reader.IsEmptyElement;
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/")
            {
                var prefix = reader.Prefix.Length == 0 ? "" : reader.LocalName;
                if (prefix == "xml") continue;
                _declarations.Add(new XmlTree.Declaration { Owner = element, Prefix = StringNumber(prefix), Namespace = StringNumber(reader.Value) });
                _nodes[element].HasDeclarations = true;
                continue;
            }
            var value = reader.Value;
            if (value.Length > TextStore.PageBytes / 3) return new XmlParse.TooLarge("attribute value", TextStore.PageBytes / 3);
            var name = NumberOf(reader.Prefix, reader.LocalName, reader.Prefix.Length == 0 ? "" : reader.NamespaceURI);
            _attributes.Add(new XmlTree.Attribute { Owner = element, Name = name, Place = _text.Add(value) });
            _nodes[element].HasAttributes = true;
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

    private void AddPiece(ReadOnlySpan<char> piece) => Add(XmlNodeKind.Text, 0, _text.Add(piece), _open.Peek());

    private XmlParse.TooLarge? AddValue(XmlNodeKind kind, int name, string value)
    {
        if (value.Length > TextStore.PageBytes / 3) return new XmlParse.TooLarge("comment or processing instruction", TextStore.PageBytes / 3);
        Add(kind, name, _text.Add(value), _open.Peek());
        return null;
    }

    private int Add(XmlNodeKind kind, int name, int place, int parent) => _nodes.Add(new XmlTree.Node(kind, name, parent, place));

    private void Close() => _nodes[_open.Pop()].Place = _nodes.Count;

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
