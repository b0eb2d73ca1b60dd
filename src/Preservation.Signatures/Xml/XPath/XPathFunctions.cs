namespace Preservation.Signatures.Xml.XPath;

/// <summary>The functions of XPath 1.0 §4 that signatures use, and <c>here()</c> (XMLDSig §6.6.3).</summary>
internal static class XPathFunctions
{
    private static readonly Dictionary<string, (int Least, int Most)> Known = new(StringComparer.Ordinal)
    {
        ["not"] = (1, 1), ["true"] = (0, 0), ["false"] = (0, 0), ["boolean"] = (1, 1), ["count"] = (1, 1), ["position"] = (0, 0), ["last"] = (0, 0),
        ["local-name"] = (0, 1), ["namespace-uri"] = (0, 1), ["name"] = (0, 1), ["string"] = (0, 1), ["normalize-space"] = (0, 1),
        ["contains"] = (2, 2), ["starts-with"] = (2, 2), ["id"] = (1, 1), ["here"] = (0, 0),
    };

    public static bool IsKnown(string name, int arguments) => Known.TryGetValue(name, out var range) && arguments >= range.Least && arguments <= range.Most;

    public static object Call(string name, object[] arguments, XPathContext context) => name switch
    {
        "not" => !XPathValue.ToBoolean(arguments[0]),
        "true" => true,
        "false" => false,
        "boolean" => XPathValue.ToBoolean(arguments[0]),
        "count" => (double)Nodes(arguments[0]).Count,
        "position" => (double)context.Position,
        "last" => (double)context.Size,
        "local-name" => NameOf(arguments, context)?.Local ?? "",
        "namespace-uri" => NameOf(arguments, context)?.Namespace ?? "",
        "name" => NameOf(arguments, context) is { } qualified ? System.Text.Encoding.UTF8.GetString(qualified.Encoded) : "",
        "string" => Text(arguments, context),
        "normalize-space" => string.Join(' ', Text(arguments, context).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)),
        "contains" => XPathValue.ToText(arguments[0], context).Contains(XPathValue.ToText(arguments[1], context), StringComparison.Ordinal),
        "starts-with" => XPathValue.ToText(arguments[0], context).StartsWith(XPathValue.ToText(arguments[1], context), StringComparison.Ordinal),
        "id" => FindIds(arguments[0], context),
        _ => Here(context),
    };

    private static List<XPathNode> Nodes(object value) =>
        value as List<XPathNode> ?? throw new XmlRefusedException("an XPath function is given no nodes");

    private static string Text(object[] arguments, XPathContext context) =>
        arguments is [var value] ? XPathValue.ToText(value, context) : XPathValue.TextOf(context.Node, context);

    private static XmlName? NameOf(object[] arguments, XPathContext context)
    {
        var node = context.Node;
        if (arguments is [var value])
        {
            if (Nodes(value) is not [var first, ..]) return null;
            node = first;
        }
        if (node.IsAttribute) return context.Tree.AttributeName(node.Attribute);
        if (!node.IsTreeNode) throw new XmlUnsupportedException("the name of a namespace node");
        return context.Tree.KindOf(node.Node) is XmlNodeKind.Element or XmlNodeKind.ProcessingInstruction ? context.Tree.NameOf(node.Node) : null;
    }

    private static List<XPathNode> FindIds(object value, XPathContext context)
    {
        var found = new List<XPathNode>();
        foreach (var id in XPathValue.ToText(value, context).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var element = context.Tree.FindId(id);
            if (element == -2) throw new XmlRefusedException("an Id that an XPath expression names occurs twice");
            if (element >= 0 && !found.Contains(new XPathNode(element))) found.Add(new XPathNode(element));
        }
        found.Sort();
        return found;
    }

    private static List<XPathNode> Here(XPathContext context) =>
        context.Here >= 0 ? [new XPathNode(context.Here)] : throw new XmlRefusedException("here() in an expression over another document");
}
