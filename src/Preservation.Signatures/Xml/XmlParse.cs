namespace Preservation.Signatures.Xml;

/// <summary>What came of reading a document.</summary>
internal abstract record XmlParse
{
    private XmlParse()
    {
    }

    /// <summary>It was read.</summary>
    public sealed record Parsed(XmlTree Tree) : XmlParse;

    /// <summary>It declares a document type; nothing of that was expanded.</summary>
    public sealed record DocumentType : XmlParse;

    /// <summary>It is not well-formed.</summary>
    public sealed record Malformed(string Reason) : XmlParse;

    /// <summary>It goes beyond a limit.</summary>
    public sealed record TooLarge(string Limit, long Allowed) : XmlParse;
}
