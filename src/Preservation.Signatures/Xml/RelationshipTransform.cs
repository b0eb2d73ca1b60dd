using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>
/// The Relationships transform (ECMA-376-2 §13.2.4.24): keeps the relationships that are named by Id or by type, sorted by Id, with
/// TargetMode written out and everything else removed.
/// </summary>
internal static class RelationshipTransform
{
    public static ReferencedContent.Octets Apply(XmlTree signature, int transform, NodeSet relationships)
    {
        var tree = relationships.Tree;
        var (ids, types) = ReadSelection(signature, transform);
        if (tree.Root == 0 || !tree.IsElement(tree.Root, XmlSignatureNames.Relationships, "Relationships")) throw new XmlRefusedException("a relationships part that is none");
        var kept = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var relationship in tree.Elements(tree.Root, XmlSignatureNames.Relationships, "Relationship"))
        {
            var id = tree.ValueOf(relationship, "Id") ?? "";
            if (!ids.Contains(id) && !types.Contains(tree.ValueOf(relationship, "Type") ?? "")) continue;
            if (!kept.TryAdd(id, relationship)) throw new XmlRefusedException("two relationships have one Id");
        }
        var text = new StringBuilder($"<Relationships xmlns=\"{XmlSignatureNames.Relationships}\">");
        foreach (var relationship in kept.Values) Write(tree, relationship, text);
        return new ReferencedContent.Octets(Encoding.UTF8.GetBytes(text.Append("</Relationships>").ToString()));
    }

    /// <summary>The Ids and types that a transform keeps.</summary>
    public static (HashSet<string> Ids, HashSet<string> Types) ReadSelection(XmlTree signature, int transform)
    {
        var (ids, types) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var child in signature.Elements(transform))
        {
            if (signature.NameOf(child).Is(XmlSignatureNames.PackageSignature, "RelationshipReference")) ids.Add(signature.ValueOf(child, "SourceId") ?? "");
            else if (signature.NameOf(child).Is(XmlSignatureNames.PackageSignature, "RelationshipsGroupReference")) types.Add(signature.ValueOf(child, "SourceType") ?? "");
        }
        return (ids, types);
    }

    // In canonical form already: the next transform must be a canonicalisation, which leaves it as it is.
    private static void Write(XmlTree tree, int relationship, StringBuilder text)
    {
        text.Append("<Relationship");
        Append(text, "Id", tree.ValueOf(relationship, "Id"));
        Append(text, "Target", tree.ValueOf(relationship, "Target"));
        Append(text, "TargetMode", tree.ValueOf(relationship, "TargetMode") ?? "Internal");
        Append(text, "Type", tree.ValueOf(relationship, "Type"));
        text.Append("></Relationship>");
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is null) return;
        text.Append(' ').Append(name).Append("=\"").Append(value
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("\t", "&#x9;", StringComparison.Ordinal).Replace("\n", "&#xA;", StringComparison.Ordinal).Replace("\r", "&#xD;", StringComparison.Ordinal)).Append('"');
    }
}
