namespace Preservation.Signatures.Xml.XPath;

/// <summary>Splits an expression (XPath 1.0 §3.7). A name keeps its prefix: <c>ds:Signature</c>, <c>ds:*</c>.</summary>
internal static class XPathTokens
{
    private static readonly string[] Signs = ["//", "::", "..", "!=", "<=", ">=", "/", "(", ")", "[", "]", "@", ",", "|", "=", "<", ">", "*", "."];

    public static List<string> Split(string text)
    {
        var tokens = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n') at++;
            else tokens.Add(Next(text, ref at));
        }
        return tokens;
    }

    private static string Next(string text, ref int at)
    {
        var start = at;
        if (text[at] is '"' or '\'')
        {
            at = text.IndexOf(text[start], start + 1) + 1;
            return at > 0 ? text[start..at] : throw new XmlUnsupportedException("an XPath literal that does not end");
        }
        if (char.IsAsciiDigit(text[at]))
        {
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            return double.TryParse(text[start..at], System.Globalization.CultureInfo.InvariantCulture, out _) ? text[start..at] : throw new XmlUnsupportedException("an XPath number");
        }
        if (IsNameStart(text[at])) return Name(text, ref at);
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0) continue;
            at += sign.Length;
            return sign;
        }
        throw new XmlUnsupportedException($"XPath character '{text[at]}'");
    }

    private static string Name(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsNamePart(text[at])) at++;
        if (at + 1 >= text.Length || text[at] != ':' || text[at + 1] == ':') return text[start..at];
        if (text[at + 1] == '*')
        {
            at += 2;
            return text[start..at];
        }
        if (!IsNameStart(text[at + 1])) return text[start..at];
        at++;
        while (at < text.Length && IsNamePart(text[at])) at++;
        return text[start..at];
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';
}
