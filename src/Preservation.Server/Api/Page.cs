namespace Preservation.Server.Api;

/// <summary>One page of a list; <c>Next</c> is the cursor of the following page, null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    public const int DefaultSize = 50;
    public const int MaxSize = 500;

    public static int Size(int? asked) => Math.Clamp(asked ?? DefaultSize, 1, MaxSize);

    /// <summary>Cuts a list that was read one longer than the page.</summary>
    public static Page<T> Of(List<T> rows, int size, Func<T, string> cursor)
    {
        if (rows.Count <= size) return new Page<T>(rows, null);
        rows.RemoveRange(size, rows.Count - size);
        return new Page<T>(rows, cursor(rows[^1]));
    }
}
