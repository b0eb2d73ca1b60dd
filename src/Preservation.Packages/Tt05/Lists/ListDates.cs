using System.Globalization;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Joins day, month and year, which the worksheet keeps in three columns, into the circular's one field.</summary>
internal static class ListDates
{
    private static readonly (string Scope, string Name)[] Dates = [("file", "start"), ("file", "end"), ("document", "issued")];

    public static void Join(ListRecord record)
    {
        foreach (var (scope, name) in Dates) Join(record, $"{scope}.{name}");
    }

    private static void Join(ListRecord record, string name)
    {
        var (day, month, year, date) = (name + "Day", name + "Month", name + "Year", name + "Date");
        if (record.Bad.Contains(day) || record.Bad.Contains(month) || record.Bad.Contains(year)) record.Bad.Add(date);
        if (!record.Lacks(date)) return;
        var whole = record[day] is { Length: 10 } text ? TextDate.Parse(text).From : null;
        var (d, m, y) = (whole?.Day ?? Number(record[day]), Number(record[month]) ?? whole?.Month, Number(record[year]) ?? whole?.Year);
        if (d is null && m is null && y is null) return;
        var missing = d is null ? day : m is null ? month : y is null ? year : null;
        if (missing is not null)
        {
            record.Find("VN-LIST-DATE-PART", missing, missing[(missing.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            record.Bad.Add(date);
        }
        else if ((whole is not null && (whole.Value.Month != m || whole.Value.Year != y)) || m > 12 || d > DateTime.DaysInMonth(y!.Value, m!.Value))
        {
            record.Find("VN-LIST-DATE", day, "DD/MM/YYYY", $"{Two(d)}/{Two(m)}/{Two(y)}");
            record.Bad.Add(date);
        }
        else record.Values[date] = $"{Two(d)}/{Two(m)}/{y!.Value.ToString("0000", CultureInfo.InvariantCulture)}";
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Two(int? number) => number?.ToString("00", CultureInfo.InvariantCulture) ?? "–";
}
