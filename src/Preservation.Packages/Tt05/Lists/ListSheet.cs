using System.Globalization;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>A sheet of a workbook, or a CSV file as a whole, with the words for its places.</summary>
/// <param name="File">Name of the list's file.</param>
/// <param name="Name">Name of the sheet; null for CSV.</param>
internal sealed record ListSheet(string File, string? Name)
{
    /// <summary>The rows with content, in order.</summary>
    public List<ListRow> Rows { get; } = [];

    /// <summary>Ranges of merged cells, as the sheet writes them (<c>A2:A5</c>).</summary>
    public List<string> Merged { get; } = [];

    /// <summary>The sheet as findings name it: <c>list.xlsx#Sheet1</c>, or <c>list.csv</c>.</summary>
    public string Path => Name is null ? File : $"{File}#{Name}";

    /// <summary>A cell: <c>list.xlsx#Sheet1!E12</c>.</summary>
    public string Cell(int row, int column) => Range(Letters(column) + Text(row));

    /// <summary>A whole row: <c>list.xlsx#Sheet1!12:12</c>.</summary>
    public string Row(int row) => Range($"{Text(row)}:{Text(row)}");

    /// <summary>A whole column: <c>list.xlsx#Sheet1!E:E</c>.</summary>
    public string Column(int column) => Range($"{Letters(column)}:{Letters(column)}");

    /// <summary>Any range in the sheet's own notation.</summary>
    public string Range(string range) => Name is null ? $"{File}#{range}" : $"{Path}!{range}";

    /// <summary>The letters of a column counted from 0 (0 is A, 26 is AA).</summary>
    public static string Letters(int column)
    {
        var letters = "";
        for (var n = column + 1; n > 0; n = (n - 1) / 26) letters = (char)('A' + (n - 1) % 26) + letters;
        return letters;
    }

    /// <summary>Row and column (from 0) of a reference like <c>$E$12</c>; null when it is none.</summary>
    public static (int Row, int Column)? ParseCell(string reference)
    {
        var column = 0;
        var at = 0;
        var text = reference.Replace("$", "", StringComparison.Ordinal);
        for (; at < text.Length && at < 3 && char.IsAsciiLetter(text[at]); at++) column = column * 26 + (char.ToUpperInvariant(text[at]) - 'A' + 1);
        return at > 0 && int.TryParse(text.AsSpan(at), NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row > 0 ? (row, column - 1) : null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
