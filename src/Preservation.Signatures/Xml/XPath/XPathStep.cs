using System.Collections.Immutable;

namespace Preservation.Signatures.Xml.XPath;

/// <summary>A location step (XPath 1.0 §2.1).</summary>
/// <param name="Axis">Name of the axis.</param>
/// <param name="Test">Local name, <c>*</c>, or a node type with <c>()</c>.</param>
/// <param name="Namespace">Namespace of a name test; null for any.</param>
/// <param name="Predicates">Conditions, each over what the one before left.</param>
internal sealed record XPathStep(string Axis, string Test, string? Namespace, ImmutableArray<XPathExpression> Predicates)
{
    /// <summary>Does the axis go backwards, so that positions count from the end.</summary>
    public bool IsReverse => Axis is "ancestor" or "ancestor-or-self" or "preceding-sibling";

    /// <summary>Adds the nodes of the step from one node, in the axis' order.</summary>
    public void Walk(XPathContext context, XPathNode from, List<XPathNode> found)
    {
        var nodes = Predicates.IsEmpty ? found : [];
        foreach (var node in Along(context.Tree, from))
        {
            context.Budget.Steps(1);
            if (Matches(context.Tree, node)) nodes.Add(node);
        }
        if (Predicates.IsEmpty) return;
        foreach (var predicate in Predicates) nodes = Keep(nodes, predicate, context);
        found.AddRange(nodes);
    }

    /// <summary>The nodes for which a predicate holds; a number is a position (§2.4).</summary>
    public static List<XPathNode> Keep(List<XPathNode> nodes, XPathExpression predicate, XPathContext context)
    {
        var kept = new List<XPathNode>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var value = predicate.Evaluate(context.At(nodes[i], i + 1, nodes.Count));
            if (value is double position ? position.Equals(i + 1.0) : XPathValue.ToBoolean(value)) kept.Add(nodes[i]);
        }
        return kept;
    }

    private IEnumerable<XPathNode> Along(XmlTree tree, XPathNode from) => Axis switch
    {
        "self" => [from],
        "child" => from.IsTreeNode ? Children(tree, from.Node) : [],
        "descendant" => from.IsTreeNode ? Descendants(tree, from.Node) : [],
        "descendant-or-self" => from.IsTreeNode ? Descendants(tree, from.Node).Prepend(from) : [from],
        "parent" => Ancestors(tree, from).Take(1),
        "ancestor" => Ancestors(tree, from),
        "ancestor-or-self" => Ancestors(tree, from).Prepend(from),
        "attribute" => from.IsTreeNode ? Attributes(tree, from.Node) : [],
        "following-sibling" => from.IsTreeNode ? Siblings(tree, from.Node).Where(n => n.Node > from.Node) : [],
        "preceding-sibling" => from.IsTreeNode ? Siblings(tree, from.Node).Where(n => n.Node < from.Node).Reverse() : [],
        _ => throw new XmlUnsupportedException($"XPath axis {Axis}"),
    };

    private static IEnumerable<XPathNode> Children(XmlTree tree, int node)
    {
        for (var child = node + 1; child < tree.EndOf(node); child = tree.EndOf(child)) yield return new XPathNode(child);
    }

    private static IEnumerable<XPathNode> Descendants(XmlTree tree, int node)
    {
        for (var child = node + 1; child < tree.EndOf(node); child++) yield return new XPathNode(child);
    }

    private static IEnumerable<XPathNode> Ancestors(XmlTree tree, XPathNode from)
    {
        for (var at = from.IsTreeNode ? tree.ParentOf(from.Node) : from.Node; at >= 0; at = tree.ParentOf(at)) yield return new XPathNode(at);
    }

    private static IEnumerable<XPathNode> Attributes(XmlTree tree, int node)
    {
        var range = tree.AttributesOf(node);
        for (var i = range.Start.Value; i < range.End.Value; i++) yield return new XPathNode(node, i);
    }

    private static IEnumerable<XPathNode> Siblings(XmlTree tree, int node) => tree.ParentOf(node) < 0 ? [] : Children(tree, tree.ParentOf(node));

    // §2.3: a name tests elements, on the attribute axis attributes.
    private bool Matches(XmlTree tree, XPathNode node)
    {
        switch (Test)
        {
            case "node()": return true;
            case "text()": return node.IsTreeNode && tree.KindOf(node.Node) == XmlNodeKind.Text;
            case "comment()": return node.IsTreeNode && tree.KindOf(node.Node) == XmlNodeKind.Comment;
            case "processing-instruction()": return node.IsTreeNode && tree.KindOf(node.Node) == XmlNodeKind.ProcessingInstruction;
            default: break;
        }
        XmlName name;
        if (Axis == "attribute") name = tree.AttributeName(node.Attribute);
        else if (node.IsTreeNode && tree.IsElement(node.Node)) name = tree.NameOf(node.Node);
        else return false;
        return (Namespace is null || name.Namespace == Namespace) && (Test == "*" || name.Local == Test);
    }
}
