using System.Collections.Immutable;

namespace Preservation.Signatures.Xml.XPath;

/// <summary>A parsed expression. Only what signatures use is built (see <see cref="XPathParser"/>); the rest is refused while parsing.</summary>
internal abstract record XPathExpression
{
    private XPathExpression()
    {
    }

    /// <summary>List of nodes in document order, string, number or boolean.</summary>
    public abstract object Evaluate(XPathContext context);

    protected static List<XPathNode> Nodes(object value) =>
        value as List<XPathNode> ?? throw new XmlRefusedException("an XPath expression asks for nodes where there are none");

    public sealed record Constant(object Value) : XPathExpression
    {
        public override object Evaluate(XPathContext context) => Value;
    }

    public sealed record Logical(XPathExpression Left, XPathExpression Right, bool IsAnd) : XPathExpression
    {
        public override object Evaluate(XPathContext context)
        {
            var left = XPathValue.ToBoolean(Left.Evaluate(context));
            return left != IsAnd ? left : XPathValue.ToBoolean(Right.Evaluate(context));
        }
    }

    public sealed record Comparison(XPathExpression Left, XPathExpression Right, string Sign) : XPathExpression
    {
        public override object Evaluate(XPathContext context) => XPathValue.Compare(Left.Evaluate(context), Right.Evaluate(context), Sign, context);
    }

    public sealed record Union(XPathExpression Left, XPathExpression Right) : XPathExpression
    {
        public override object Evaluate(XPathContext context) => Ordered([.. Nodes(Left.Evaluate(context)), .. Nodes(Right.Evaluate(context))]);
    }

    public sealed record Function(string Name, ImmutableArray<XPathExpression> Arguments) : XPathExpression
    {
        public override object Evaluate(XPathContext context) => XPathFunctions.Call(Name, [.. Arguments.Select(a => a.Evaluate(context))], context);
    }

    /// <summary>A path from the root, from the context node, or from what another expression gives.</summary>
    public sealed record Path(XPathExpression? Start, bool IsAbsolute, ImmutableArray<XPathStep> Steps) : XPathExpression
    {
        public override object Evaluate(XPathContext context)
        {
            List<XPathNode> at = Start is not null ? Nodes(Start.Evaluate(context)) : [IsAbsolute ? new XPathNode(0) : context.Node];
            foreach (var step in Steps)
            {
                var next = new List<XPathNode>();
                foreach (var node in at) step.Walk(context, node, next);
                at = at.Count > 1 ? Ordered(next) : Forward(next, step);
            }
            return at;
        }

        private static List<XPathNode> Forward(List<XPathNode> nodes, XPathStep step)
        {
            if (step.IsReverse) nodes.Reverse();
            return nodes;
        }
    }

    /// <summary>Predicates on a list that is no step, as <c>(…)[1]</c>.</summary>
    public sealed record Filtered(XPathExpression Inner, ImmutableArray<XPathExpression> Predicates) : XPathExpression
    {
        public override object Evaluate(XPathContext context)
        {
            var nodes = Nodes(Inner.Evaluate(context));
            foreach (var predicate in Predicates) nodes = XPathStep.Keep(nodes, predicate, context);
            return nodes;
        }
    }

    private static List<XPathNode> Ordered(List<XPathNode> nodes)
    {
        nodes.Sort();
        var kept = 0;
        for (var i = 0; i < nodes.Count; i++)
            if (i == 0 || nodes[i] != nodes[kept - 1]) nodes[kept++] = nodes[i];
        nodes.RemoveRange(kept, nodes.Count - kept);
        return nodes;
    }
}
