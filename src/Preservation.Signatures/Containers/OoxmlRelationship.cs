using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Containers;

/// <summary>One relationship of a package (ECMA-376-2 §6.5.3).</summary>
/// <param name="Id">Its Id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Target">Target as written.</param>
/// <param name="IsExternal">Does it lead out of the package.</param>
internal sealed record OoxmlRelationship(string Id, string Type, string Target, bool IsExternal)
{
    public static IEnumerable<OoxmlRelationship> ReadAll(XmlTree tree)
    {
        if (tree.Root == 0) yield break;
        foreach (var child in tree.Elements(tree.Root, XmlSignatureNames.Relationships, "Relationship"))
            yield return new OoxmlRelationship(
                tree.ValueOf(child, "Id") ?? "", tree.ValueOf(child, "Type") ?? "", tree.ValueOf(child, "Target") ?? "", tree.ValueOf(child, "TargetMode") == "External");
    }

    /// <summary>The part that it leads to from a source part (empty for the package itself).</summary>
    public string Resolve(string source) => UriReferences.RemoveDots(
        Target.StartsWith('/') ? Target : "/" + source[..(source.LastIndexOf('/') + 1)] + Target).TrimStart('/');
}
