namespace Preservation.Signatures.Xml;

/// <summary>What a reference is over, at some stage of its transforms (XMLDSig §4.4.3.2).</summary>
internal abstract record ReferencedContent
{
    private ReferencedContent()
    {
    }

    /// <summary>Nodes of a document.</summary>
    public sealed record Nodes(NodeSet Set) : ReferencedContent;

    /// <summary>Octets in memory.</summary>
    public sealed record Octets(ReadOnlyMemory<byte> Bytes) : ReferencedContent;

    /// <summary>The octets of a canonical form that has not been written yet.</summary>
    public sealed record Canonical(NodeSet Set, CanonicalForm Form) : ReferencedContent;

    /// <summary>The octets of a file.</summary>
    public sealed record File(SignedFile Source) : ReferencedContent;
}
