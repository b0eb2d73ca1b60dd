namespace Preservation.Core.Files;

/// <summary>Compares paths as their UTF-8 bytes compare: the order of a <see cref="FileIndex"/>, and of everything that is merged with one.</summary>
public sealed class PathOrder : IComparer<string>
{
    private PathOrder()
    {
    }

    /// <summary>The one instance.</summary>
    public static PathOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        var common = x.AsSpan().CommonPrefixLength(y);
        return common < x.Length && common < y.Length ? Rank(x[common]) - Rank(y[common]) : x.Length - y.Length;
    }

    // Halves of characters beyond the basic plane come after all others.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + char.MaxValue : c;
}
