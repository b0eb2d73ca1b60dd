using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Xml;

/// <summary>A ds:Reference (XMLDSig §4.4.3), of a signature or of a manifest.</summary>
/// <param name="Element">Where it stands.</param>
/// <param name="Uri">What it is over; null when the context must know.</param>
/// <param name="Type">What the signer says it is.</param>
/// <param name="Transforms">The ds:Transform elements in order.</param>
/// <param name="HashUri">Name of the digest function.</param>
/// <param name="Hash">The digest function; null when it is unknown.</param>
/// <param name="Digest">The digest that was signed; empty when it is no base64.</param>
internal sealed record XmlReference(
    int Element, string? Uri, string? Type, ImmutableArray<int> Transforms, string HashUri, HashFunction? Hash, ReadOnlyMemory<byte> Digest)
{
    public static XmlReference Read(XmlTree tree, int element)
    {
        var transforms = tree.Element(element, XmlSignatureNames.Signature, "Transforms");
        var method = tree.Element(element, XmlSignatureNames.Signature, "DigestMethod");
        var value = tree.Element(element, XmlSignatureNames.Signature, "DigestValue");
        var hash = method < 0 ? "" : tree.ValueOf(method, "Algorithm") ?? "";
        return new XmlReference(
            element, tree.ValueOf(element, "URI"), tree.ValueOf(element, "Type"),
            transforms < 0 ? [] : [.. tree.Elements(transforms, XmlSignatureNames.Signature, "Transform")],
            hash, XmlAlgorithms.Hash(hash), value < 0 ? [] : Base64Text.Decode(tree, value) ?? []);
    }

    /// <summary>For findings: what it is over.</summary>
    public string Shown => Uri is null ? "(no URI)" : Uri.Length == 0 ? "(whole document)" : Uri.Length > 200 ? Uri[..200] : Uri;
}
