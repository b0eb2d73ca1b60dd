namespace Preservation.Signatures.Xml;

/// <summary>Order by code points, which is not that of UTF-16 where surrogates meet U+E000 to U+FFFF.</summary>
internal static class CodePoints
{
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length - right.Length;
        return Rank(left[common]) - Rank(right[common]);
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
