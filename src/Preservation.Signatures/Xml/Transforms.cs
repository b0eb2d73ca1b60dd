using Preservation.Signatures.Xml.XPath;

namespace Preservation.Signatures.Xml;

/// <summary>The transforms that are allowed (XMLDSig §6.6, XPath Filter 2.0, ECMA-376-2 §13.2.4.24). Stylesheets never are: they compute what they like.</summary>
internal static class Transforms
{
    public static async Task<ReferencedContent> ApplyAsync(Dereferencing document, ReferencedContent data, int transform, CancellationToken cancellationToken)
    {
        var tree = document.Tree;
        var algorithm = tree.ValueOf(transform, "Algorithm") ?? "";
        if (CanonicalForm.Read(tree, transform) is { } form)
            return new ReferencedContent.Canonical(await document.ToNodesAsync(data, cancellationToken).ConfigureAwait(false), form);
        switch (algorithm)
        {
            case XmlSignatureNames.Enveloped:
                return Enveloped(document, data, transform);
            case XmlSignatureNames.Base64:
                return await DecodeAsync(document, data, cancellationToken).ConfigureAwait(false);
            case XmlSignatureNames.XPath:
                return FilterByXPath(document, await document.ToNodesAsync(data, cancellationToken).ConfigureAwait(false), transform);
            case XmlSignatureNames.Filter2:
                return FilterBySets(document, await document.ToNodesAsync(data, cancellationToken).ConfigureAwait(false), transform);
            case XmlSignatureNames.RelationshipTransform:
                return RelationshipTransform.Apply(tree, transform, await document.ToNodesAsync(data, cancellationToken).ConfigureAwait(false));
            default:
                throw new XmlUnsupportedException(algorithm is XmlSignatureNames.Xslt ? "XSLT" : algorithm.Length > 120 ? algorithm[..120] : algorithm);
        }
    }

    // §6.6.4: takes out the signature that the transform stands in, which must be in the data's own document.
    private static ReferencedContent.Nodes Enveloped(Dereferencing document, ReferencedContent data, int transform)
    {
        var tree = document.Tree;
        document.Budget.Steps(tree.Count);
        if (data is not ReferencedContent.Nodes { Set: var set } || set.Tree != tree) throw new XmlRefusedException("an enveloped-signature transform over another document");
        var at = transform;
        while (at > 0 && !tree.IsElement(at, XmlSignatureNames.Signature, "Signature")) at = tree.ParentOf(at);
        if (at <= 0) throw new XmlRefusedException("an enveloped-signature transform outside of a signature");
        return new ReferencedContent.Nodes(set.Without(at));
    }

    // §6.6.2: of nodes the text is decoded.
    private static async Task<ReferencedContent.Octets> DecodeAsync(Dereferencing document, ReferencedContent data, CancellationToken cancellationToken)
    {
        byte[] text;
        if (data is ReferencedContent.Nodes { Set: var set })
        {
            var sink = new OctetSink(null, document.Budget);
            for (var i = set.Apex; i < set.Tree.EndOf(set.Apex); i++)
                if (set.Tree.KindOf(i) == XmlNodeKind.Text && set.Contains(i)) sink.Write(set.Tree.TextOf(i));
            text = sink.ToArray();
        }
        else text = (await document.ToOctetsAsync(data, cancellationToken).ConfigureAwait(false)).ToArray();
        return new ReferencedContent.Octets(Base64Text.Decode(text) ?? throw new XmlRefusedException("signed data that should be base64 is not"));
    }

    // §6.6.3: the expression is asked of every node in the set.
    private static ReferencedContent.Nodes FilterByXPath(Dereferencing document, NodeSet set, int transform)
    {
        var bearer = document.Tree.Element(transform, XmlSignatureNames.Signature, "XPath");
        if (bearer < 0) throw new XmlRefusedException("an XPath transform without XPath");
        var expression = Parse(document.Tree, bearer);
        var context = ContextFor(document, set, bearer);
        return new ReferencedContent.Nodes(set.Filter(
            node => Holds(new XPathNode(node)),
            attribute => Holds(new XPathNode(set.Tree.AttributeOwner(attribute), attribute)),
            element => Holds(XPathNode.NamespaceOf(element))));

        bool Holds(XPathNode node)
        {
            document.Budget.Steps(1);
            return XPathValue.ToBoolean(expression.Evaluate(context.At(node, 1, 1)));
        }
    }

    // XPath Filter 2.0 §3: each set of subtrees is met with, taken from or added to what the ones before left.
    private static ReferencedContent.Nodes FilterBySets(Dereferencing document, NodeSet set, int transform)
    {
        var isIn = new System.Collections.BitArray(set.Tree.Count, defaultValue: true);
        var filters = document.Tree.Elements(transform, XmlSignatureNames.Filter2, "XPath").ToList();
        if (filters.Count == 0) throw new XmlRefusedException("a filter without XPath");
        foreach (var bearer in filters)
        {
            var expression = Parse(document.Tree, bearer);
            var context = ContextFor(document, set, bearer);
            if (expression.Evaluate(context.At(new XPathNode(0), 1, 1)) is not List<XPathNode> roots || roots.Exists(r => !r.IsTreeNode))
                throw new XmlUnsupportedException("a filter that selects no subtrees");
            var selected = new System.Collections.BitArray(set.Tree.Count);
            document.Budget.Steps(set.Tree.Count / 8);
            var end = 0;
            foreach (var root in roots)
            {
                if (root.Node < end) continue;
                end = set.Tree.EndOf(root.Node);
                document.Budget.Steps(end - root.Node);
                for (var i = root.Node; i < end; i++) selected[i] = true;
            }
            _ = document.Tree.ValueOf(bearer, "Filter") switch
            {
                "intersect" => isIn.And(selected),
                "subtract" => isIn.And(selected.Not()),
                "union" => isIn.Or(selected),
                _ => throw new XmlRefusedException("a filter of unknown kind"),
            };
        }
        document.Budget.Steps(set.Tree.Count);
        return new ReferencedContent.Nodes(set.Filter(i => isIn[i]));
    }

    private static XPathExpression Parse(XmlTree tree, int bearer) => XPathParser.Parse(tree.StringValue(bearer), prefix => tree.NamespaceAt(bearer, prefix));

    private static XPathContext ContextFor(Dereferencing document, NodeSet set, int bearer) =>
        new(set.Tree, set.Tree == document.Tree ? bearer : -1, document.Budget, new XPathNode(0), 1, 1);
}
