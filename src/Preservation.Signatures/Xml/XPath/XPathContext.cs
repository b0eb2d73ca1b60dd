namespace Preservation.Signatures.Xml.XPath;

/// <summary>What an expression is evaluated against (XPath 1.0 §1).</summary>
/// <param name="Tree">The document.</param>
/// <param name="Here">Element that bears the expression (XMLDSig §6.6.3), -1 when it stands in another document.</param>
/// <param name="Budget">Pays for each node looked at.</param>
/// <param name="Node">Context node.</param>
/// <param name="Position">Context position.</param>
/// <param name="Size">Context size.</param>
internal readonly record struct XPathContext(XmlTree Tree, int Here, XmlBudget Budget, XPathNode Node, int Position, int Size)
{
    public XPathContext At(XPathNode node, int position, int size) => this with { Node = node, Position = position, Size = size };
}
