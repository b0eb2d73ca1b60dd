using System.Globalization;
using System.Text;

namespace Preservation.Signatures.Xml.XPath;

/// <summary>The conversions of XPath 1.0 §4 between its four types: list of nodes in document order, string, number, boolean.</summary>
internal static class XPathValue
{
    public static bool ToBoolean(object value) => value switch
    {
        bool boolean => boolean,
        double number => number != 0 && !double.IsNaN(number),
        string text => text.Length > 0,
        _ => ((List<XPathNode>)value).Count > 0,
    };

    public static string ToText(object value, XPathContext context) => value switch
    {
        bool boolean => boolean ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => text,
        _ => (List<XPathNode>)value is [var first, ..] ? TextOf(first, context) : "",
    };

    public static double ToNumber(object value, XPathContext context) => value switch
    {
        double number => number,
        bool boolean => boolean ? 1 : 0,
        _ => double.TryParse(ToText(value, context), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var parsed) ? parsed : double.NaN,
    };

    public static string TextOf(XPathNode node, XPathContext context)
    {
        var tree = context.Tree;
        if (node.IsAttribute) return Encoding.UTF8.GetString(tree.AttributeValue(node.Attribute));
        if (!node.IsTreeNode) throw new XmlUnsupportedException("the value of a namespace node");
        context.Budget.Steps(tree.EndOf(node.Node) - node.Node);
        return tree.KindOf(node.Node) is XmlNodeKind.Element or XmlNodeKind.Document ? tree.StringValue(node.Node) : Encoding.UTF8.GetString(tree.TextOf(node.Node));
    }

    /// <summary>§3.4: with lists of nodes it is enough that one pair holds.</summary>
    public static bool Compare(object left, object right, string sign, XPathContext context)
    {
        if (left is List<XPathNode> many && right is not bool) return many.Exists(n => Compare(TextOf(n, context), right, sign, context));
        if (right is List<XPathNode> others && left is not bool) return others.Exists(n => Compare(left, TextOf(n, context), sign, context));
        if (sign is "=" or "!=")
        {
            var isEqual = left is bool || right is bool ? ToBoolean(left) == ToBoolean(right)
                : left is double || right is double ? ToNumber(left, context).Equals(ToNumber(right, context))
                : ToText(left, context) == ToText(right, context);
            return isEqual == (sign == "=");
        }
        var (a, b) = (ToNumber(left, context), ToNumber(right, context));
        return sign switch { "<" => a < b, ">" => a > b, "<=" => a <= b, _ => a >= b };
    }
}
