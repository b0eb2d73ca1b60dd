namespace Preservation.Packages.Tt05.Lists;

/// <summary>What stands in a cell.</summary>
internal enum ListCellKind
{
    /// <summary>Text or a number, as a reader sees it.</summary>
    Text,

    /// <summary>A day; the text is <c>yyyy-MM-dd</c>.</summary>
    Date,

    /// <summary>A formula that gives no value; the text says why.</summary>
    NoResult,
}

/// <summary>One cell of a list; a cell that is not there has no text.</summary>
internal readonly record struct ListCell(string? Text, ListCellKind Kind = ListCellKind.Text)
{
    public bool IsEmpty => string.IsNullOrWhiteSpace(Text);
}

/// <summary>One row that has content.</summary>
/// <param name="Number">As the sheet numbers it, from 1.</param>
/// <param name="Cells">From column A on; the row may be shorter than the table.</param>
internal sealed record ListRow(int Number, ListCell[] Cells)
{
    public ListCell this[int column] => column < Cells.Length ? Cells[column] : default;
}
