namespace Preservation.Signatures.Xml;

/// <summary>Kinds of node of the XPath 1.0 data model (§5) that a tree keeps; attributes and namespaces hang on their element.</summary>
internal enum XmlNodeKind : byte
{
    Document,
    Element,
    Text,
    Comment,
    ProcessingInstruction,
}
