using System.Globalization;

namespace Preservation.Packages.Description;

/// <summary>A date as the record has it, perhaps without day or month, and the days it can mean.</summary>
/// <param name="Text">As received.</param>
/// <param name="From">The first day it can mean; null when the text is no date.</param>
/// <param name="To">The last day it can mean; null when the text is no date.</param>
public sealed record TextDate(string Text, DateOnly? From, DateOnly? To)
{
    /// <summary>True when the text names one day.</summary>
    public bool IsDay => From is not null && From == To;

    /// <summary>Reads <c>DD/MM/YYYY</c>, <c>MM/YYYY</c>, <c>YYYY</c>, and the ISO forms <c>YYYY-MM-DD</c> and <c>YYYY-MM</c>.</summary>
    public static TextDate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if ((Exact(trimmed, "dd/MM/yyyy") ?? Exact(trimmed, "yyyy-MM-dd")) is { } day) return new TextDate(text, day, day);
        if ((Exact("01/" + trimmed, "dd/MM/yyyy") ?? Exact(trimmed + "-01", "yyyy-MM-dd")) is { } month)
            return new TextDate(text, month, new DateOnly(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month)));
        if (Exact(trimmed + "-01-01", "yyyy-MM-dd") is { } year) return new TextDate(text, year, new DateOnly(year.Year, 12, 31));
        return new TextDate(text, null, null);
    }

    private static DateOnly? Exact(string text, string format) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
