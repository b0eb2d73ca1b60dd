using System.Collections;

namespace Preservation.Signatures.Xml;

/// <summary>
/// A set of nodes of one tree (XMLDSig §4.4.3.2): the subtree of an apex, or a choice among its nodes. Namespace nodes are in or out
/// together for each element: no expression that is allowed tells them apart.
/// </summary>
internal sealed class NodeSet
{
    private readonly BitArray? _nodes;
    private readonly BitArray? _attributes;
    private readonly BitArray? _namespaces;

    /// <param name="tree">Whose nodes they are.</param>
    /// <param name="apex">0 for the whole document.</param>
    /// <param name="withComments">Are comments in the set.</param>
    public NodeSet(XmlTree tree, int apex, bool withComments)
    {
        Tree = tree;
        Apex = apex;
        WithComments = withComments;
    }

    private NodeSet(NodeSet origin, BitArray nodes, BitArray? attributes, BitArray? namespaces)
        : this(origin.Tree, origin.Apex, origin.WithComments) => (_nodes, _attributes, _namespaces) = (nodes, attributes, namespaces);

    public XmlTree Tree { get; }

    /// <summary>No node of the set is outside the apex's subtree.</summary>
    public int Apex { get; }

    public bool WithComments { get; }

    /// <summary>Are all nodes below the apex in it, comments perhaps excepted.</summary>
    public bool IsWhole => _nodes is null;

    public bool Contains(int node) => Tree.Contains(Apex, node) && (_nodes is null || _nodes[node])
        && (WithComments || Tree.KindOf(node) != XmlNodeKind.Comment);

    public bool ContainsAttribute(int attribute) => _attributes is null ? Contains(Tree.AttributeOwner(attribute)) : _attributes[attribute];

    /// <summary>Are the namespace nodes of this element in the set.</summary>
    public bool ContainsNamespaces(int element) => _namespaces is null ? Contains(element) : _namespaces[element];

    /// <summary>The set without a node and all below it, attributes and namespaces included.</summary>
    public NodeSet Without(int node) => Filter(i => !Tree.Contains(node, i));

    /// <summary>The nodes for which this holds; attributes and namespaces go with their element.</summary>
    public NodeSet Filter(Func<int, bool> keeps)
    {
        var nodes = new BitArray(Tree.Count);
        for (var i = Apex; i < Tree.EndOf(Apex); i++) nodes[i] = Contains(i) && keeps(i);
        var attributes = _attributes is null ? null : new BitArray(Tree.AttributeCount);
        for (var i = 0; i < attributes?.Length; i++) attributes[i] = _attributes![i] && keeps(Tree.AttributeOwner(i));
        var namespaces = _namespaces is null ? null : new BitArray(Tree.Count);
        for (var i = Apex; i < Tree.EndOf(Apex) && namespaces is not null; i++) namespaces[i] = _namespaces![i] && keeps(i);
        return new NodeSet(this, nodes, attributes, namespaces);
    }

    /// <summary>The nodes for which this holds, each kind asked on its own.</summary>
    public NodeSet Filter(Func<int, bool> keepsNode, Func<int, bool> keepsAttribute, Func<int, bool> keepsNamespaces)
    {
        var nodes = new BitArray(Tree.Count);
        var attributes = new BitArray(Tree.AttributeCount);
        var namespaces = new BitArray(Tree.Count);
        for (var i = Apex; i < Tree.EndOf(Apex); i++)
        {
            nodes[i] = Contains(i) && keepsNode(i);
            if (!Tree.IsElement(i)) continue;
            namespaces[i] = ContainsNamespaces(i) && keepsNamespaces(i);
            var range = Tree.AttributesOf(i);
            for (var a = range.Start.Value; a < range.End.Value; a++) attributes[a] = ContainsAttribute(a) && keepsAttribute(a);
        }
        return new NodeSet(this, nodes, attributes, namespaces);
    }
}
