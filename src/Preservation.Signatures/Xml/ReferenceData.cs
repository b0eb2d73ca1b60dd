namespace Preservation.Signatures.Xml;

/// <summary>What a reference is over, at some stage of its transforms (XMLDSig §4.4.3.2).</summary>
internal abstract record ReferenceData
{
    private ReferenceData()
    {
    }

    /// <summary>Nodes of a document.</summary>
    public sealed record Nodes(NodeSet Set) : ReferenceData;

    /// <summary>Octets in memory.</summary>
    public sealed record Octets(ReadOnlyMemory<byte> Bytes) : ReferenceData;

    /// <summary>The octets of a canonical form that has not been written yet.</summary>
    public sealed record Canonical(NodeSet Set, CanonicalForm Form) : ReferenceData;

    /// <summary>The octets of a file.</summary>
    public sealed record File(SignedFile Source) : ReferenceData;
}
