namespace Preservation.Signatures.Xml.XPath;

/// <summary>A node of the XPath data model: of the tree, or an attribute, or any namespace node of an element.</summary>
/// <param name="Node">The node, or the element that the attribute or namespace belongs to.</param>
/// <param name="Attribute">The attribute's number; -1 where it is none, -2 for a namespace node.</param>
internal readonly record struct XPathNode(int Node, int Attribute = -1) : IComparable<XPathNode>
{
    private const int NamespaceNode = -2;

    public bool IsTreeNode => Attribute == -1;
    public bool IsAttribute => Attribute >= 0;
    public static XPathNode NamespaceOf(int element) => new(element, NamespaceNode);

    public int CompareTo(XPathNode other) => Node != other.Node ? Node.CompareTo(other.Node) : Attribute.CompareTo(other.Attribute);
}
