using System.Globalization;
using Preservation.Core;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Counts what a list costs and says once when a bound is passed.</summary>
internal sealed class ListCounter(string file, Limits limits, List<Finding> findings)
{
    private long _characters;
    private int _rows;
    private bool _hasWide;

    /// <summary>True once a bound is passed: the rest is not worth reading.</summary>
    public bool IsFull { get; private set; }

    public void Characters(int count)
    {
        _characters += count;
        if (_characters > limits.MaxListCharacters) Fill("LIMIT-LIST-CHARACTERS", limits.MaxListCharacters);
    }

    public bool Row()
    {
        if (++_rows > limits.MaxListRows) Fill("LIMIT-LIST-ROWS", limits.MaxListRows);
        return !IsFull;
    }

    public bool Column(ListSheet sheet, int row, int column)
    {
        if (column < limits.MaxListColumns) return true;
        if (!_hasWide) findings.Add(Tt05ListRules.New("LIMIT-LIST-COLUMNS", sheet.Cell(row, column), limits.MaxListColumns.ToString(CultureInfo.InvariantCulture)));
        _hasWide = true;
        return false;
    }

    private void Fill(string code, long bound)
    {
        if (!IsFull) findings.Add(Tt05ListRules.New(code, file, bound.ToString(CultureInfo.InvariantCulture)));
        IsFull = true;
    }
}
