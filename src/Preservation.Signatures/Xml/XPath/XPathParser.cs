using System.Collections.Immutable;
using System.Globalization;

namespace Preservation.Signatures.Xml.XPath;

/// <summary>
/// Parses the part of XPath 1.0 (§2, §3) that signatures use: paths, predicates, comparisons, and, or, |, and the functions of
/// <see cref="XPathFunctions"/>. No arithmetic, no variables, no preceding, following or namespace axis.
/// </summary>
internal sealed class XPathParser
{
    private const int MaxDepth = 50;
    private const int MaxChars = 4_096;
    private readonly List<string> _tokens;
    private readonly Func<string, string> _namespaceOf;
    private int _at;
    private int _depth;

    private XPathParser(string text, Func<string, string> namespaceOf)
    {
        _tokens = XPathTokens.Split(text);
        _namespaceOf = namespaceOf;
    }

    /// <param name="text">The expression.</param>
    /// <param name="namespaceOf">What a prefix stands for where the expression was written; empty when it is not declared.</param>
    /// <exception cref="XmlUnsupportedException">It is malformed or uses what is not built.</exception>
    public static XPathExpression Parse(string text, Func<string, string> namespaceOf)
    {
        if (text.Length > MaxChars) throw new XmlUnsupportedException("an XPath expression of more than 4,096 characters");
        var parser = new XPathParser(text, namespaceOf);
        var expression = parser.Or();
        return parser._at == parser._tokens.Count ? expression : throw Unexpected(parser.Peek);
    }

    private string Peek => _at < _tokens.Count ? _tokens[_at] : "";

    private string Next() => _at < _tokens.Count ? _tokens[_at++] : throw Unexpected("");

    private bool Take(string token)
    {
        if (Peek != token) return false;
        _at++;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token)) throw Unexpected(Peek);
    }

    private static XmlUnsupportedException Unexpected(string token) => new($"XPath expression near '{(token.Length > 40 ? token[..40] : token)}'");

    private XPathExpression Or()
    {
        if (++_depth > MaxDepth) throw new XmlUnsupportedException("XPath expression nested too deep");
        var left = And();
        while (Take("or")) left = new XPathExpression.Logical(left, And(), IsAnd: false);
        _depth--;
        return left;
    }

    private XPathExpression And()
    {
        var left = Comparison("=", "!=");
        while (Take("and")) left = new XPathExpression.Logical(left, Comparison("=", "!="), IsAnd: true);
        return left;
    }

    private XPathExpression Comparison(params ReadOnlySpan<string> signs)
    {
        var left = Relation();
        while (signs.Contains(Peek)) left = new XPathExpression.Comparison(left, RightOf(out var sign), sign);
        return left;
    }

    private XPathExpression RightOf(out string sign)
    {
        sign = Next();
        return Relation();
    }

    private XPathExpression Relation()
    {
        var left = Union();
        while (Peek is "<" or ">" or "<=" or ">=")
        {
            var sign = Next();
            left = new XPathExpression.Comparison(left, Union(), sign);
        }
        return left;
    }

    private XPathExpression Union()
    {
        var left = Path();
        while (Take("|")) left = new XPathExpression.Union(left, Path());
        return left;
    }

    private XPathExpression Path()
    {
        if (Primary() is { } primary)
        {
            var predicates = Predicates();
            if (predicates.Length > 0) primary = new XPathExpression.Filtered(primary, predicates);
            if (Peek is not ("/" or "//")) return primary;
            return new XPathExpression.Path(primary, IsAbsolute: false, Steps(Next() == "//"));
        }
        if (Take("//")) return new XPathExpression.Path(null, IsAbsolute: true, Steps(isDeep: true));
        if (!Take("/")) return new XPathExpression.Path(null, IsAbsolute: false, Steps(isDeep: false));
        return new XPathExpression.Path(null, IsAbsolute: true, StartsStep(Peek) ? Steps(isDeep: false) : []);
    }

    private static bool StartsStep(string token) => token is "." or ".." or "@" or "*" || (token.Length > 0 && (char.IsLetter(token[0]) || token[0] == '_'));

    private XPathExpression? Primary()
    {
        var token = Peek;
        if (Take("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }
        if (token.Length > 0 && token[0] is '"' or '\'') return new XPathExpression.Constant(Next()[1..^1]);
        if (token.Length > 0 && char.IsAsciiDigit(token[0])) return new XPathExpression.Constant(double.Parse(Next(), CultureInfo.InvariantCulture));
        if (_at + 1 >= _tokens.Count || _tokens[_at + 1] != "(" || token is "node" or "text" or "comment" or "processing-instruction" || !StartsStep(token)) return null;
        var name = Next();
        Expect("(");
        var arguments = ImmutableArray.CreateBuilder<XPathExpression>();
        while (!Take(")"))
        {
            if (arguments.Count > 0) Expect(",");
            arguments.Add(Or());
        }
        return XPathFunctions.IsKnown(name, arguments.Count) ? new XPathExpression.Function(name, arguments.ToImmutable()) : throw new XmlUnsupportedException($"XPath function {name}");
    }

    private ImmutableArray<XPathStep> Steps(bool isDeep)
    {
        var steps = ImmutableArray.CreateBuilder<XPathStep>();
        while (true)
        {
            if (isDeep) steps.Add(new XPathStep("descendant-or-self", "node()", null, []));
            steps.Add(Step());
            if (Peek is not ("/" or "//")) return steps.ToImmutable();
            isDeep = Next() == "//";
        }
    }

    private XPathStep Step()
    {
        if (Take(".")) return new XPathStep("self", "node()", null, []);
        if (Take("..")) return new XPathStep("parent", "node()", null, []);
        var axis = "child";
        if (Take("@")) axis = "attribute";
        else if (_at + 1 < _tokens.Count && _tokens[_at + 1] == "::")
        {
            axis = Next();
            Expect("::");
            if (axis is "preceding" or "following" or "namespace") throw new XmlUnsupportedException($"XPath axis {axis}");
        }
        var test = Next();
        if (test == "*") return new XPathStep(axis, "*", null, Predicates());
        if (!StartsStep(test)) throw Unexpected(test);
        if (Take("("))
        {
            Expect(")");
            return new XPathStep(axis, test + "()", null, Predicates());
        }
        var colon = test.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return new XPathStep(axis, test, "", Predicates());
        var name = _namespaceOf(test[..colon]);
        if (name.Length == 0) throw new XmlUnsupportedException("an XPath expression with a prefix that is not declared");
        return new XPathStep(axis, test[(colon + 1)..], name, Predicates());
    }

    private ImmutableArray<XPathExpression> Predicates()
    {
        var predicates = ImmutableArray.CreateBuilder<XPathExpression>();
        while (Take("["))
        {
            predicates.Add(Or());
            Expect("]");
        }
        return predicates.ToImmutable();
    }
}
