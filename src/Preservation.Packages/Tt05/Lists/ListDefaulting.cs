using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Fills empty cells from defaults, and tells for each column how many and which.</summary>
internal sealed class ListDefaulting(Tt05Defaults defaults)
{
    private const int MaxRanges = 20;
    private readonly Dictionary<(string Column, string Field), List<int>> _filled = [];

    /// <summary>Fills what the record lacks. A date that stands whole needs no parts; a conditional field is filled only where its condition holds.</summary>
    public void Fill(ListRecord record, Func<string, string> columnOf, int row)
    {
        foreach (var (field, value) in defaults.Values)
        {
            if (!record.Lacks(field) || !NeedsPart(record, field) || !Applies(field, name => record[name])) continue;
            record.Values[field] = value;
            var key = (columnOf(field), field);
            if (!_filled.TryGetValue(key, out var rows)) _filled[key] = rows = [];
            rows.Add(row);
        }
    }

    public IEnumerable<Finding> Findings() =>
        _filled.OrderBy(f => f.Key.Column, StringComparer.Ordinal).Select(f =>
            Tt05ListRules.New("VN-LIST-DEFAULT", f.Key.Column, $"{f.Key.Field}={defaults.Values[f.Key.Field]}", Count(f.Value)));

    /// <summary>How many rows, and which: <c>5 (4–7, 9)</c>.</summary>
    public static string Count(List<int> rows) => $"{Text(rows.Count)} ({Ranges(rows)})";

    /// <summary>False for a conditional field whose condition does not hold.</summary>
    public static bool Applies(string field, Func<string, string?> valueOf)
    {
        var scope = field[..(field.IndexOf('.', StringComparison.Ordinal) + 1)];
        return field[scope.Length..] switch
        {
            "riskRecoveryStatus" => valueOf(scope + "riskRecovery") == "1",
            "process" => valueOf(scope + "confidenceLevel") is "01" or "03",
            "paperFileCode" => valueOf(scope + "confidenceLevel") == "02",
            _ => true,
        };
    }

    // A date that stands whole, in its own column or in that of days, needs no parts.
    private static bool NeedsPart(ListRecord record, string field)
    {
        var scope = field[..(field.IndexOf('.', StringComparison.Ordinal) + 1)];
        if (!ListConversion.IsPart(field[scope.Length..])) return true;
        var stem = scope + ListConversion.Stem(field[scope.Length..]);
        return record.Lacks(stem + "Date") && record[stem + "Day"] is not { Length: 10 };
    }

    private static string Ranges(List<int> rows)
    {
        var ranges = new List<string>();
        for (var i = 0; i < rows.Count;)
        {
            var j = i;
            while (j + 1 < rows.Count && rows[j + 1] == rows[j] + 1) j++;
            ranges.Add(i == j ? Text(rows[i]) : $"{Text(rows[i])}–{Text(rows[j])}");
            i = j + 1;
        }
        return string.Join(", ", ranges.Take(MaxRanges)) + (ranges.Count > MaxRanges ? ", …" : "");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
