using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Html;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Fixity;
using static Preservation.Server.Pages.Shared.ChartParts;

namespace Preservation.Server.Pages.Fixity;

/// <summary>Runs over ninety days as bars: one a day with runs, as high as the copies read; a day with problems carries a mark and their number.</summary>
internal static class FixityChart
{
    private const int Days = 90;
    private const int Left = 48;
    private const int Top = 34;
    private const int Width = 720;
    private const int Height = 160;

    public static IHtmlContent Render(IReadOnlyList<DayView> days, DateOnly today, Visit visit)
    {
        var most = Nice(days.Max(d => d.CopiesRead));
        var summary = visit.T.Fill("runs.summary", visit.Number(days.Sum(d => d.CopiesRead)), days.Count, visit.Number(days.Sum(d => d.Problems)), visit.Number(days.Sum(d => d.Repaired)));
        var chart = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {Left + Width + 12} {Top + Height + 30}"), new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", "chart-title chart-text"), new XAttribute("class", "chart"),
            new XElement(Svg + "title", new XAttribute("id", "chart-title"), visit.T["runs.title"]),
            new XElement(Svg + "desc", new XAttribute("id", "chart-text"), summary),
            Axis(most, today, visit), days.Select(d => Day(d, most, today, visit)));
        return new HtmlString(chart.ToString(SaveOptions.DisableFormatting));
    }

    private static IEnumerable<XElement> Axis(long most, DateOnly today, Visit visit)
    {
        foreach (var value in new[] { 0, most / 2, most }.Distinct())
        {
            yield return Line(Left, Y(value, most), Left + Width, Y(value, most), "grid");
            yield return Text(Left - 6, Y(value, most) + 4, visit.Number(value), "end");
        }
        for (var back = 0; back < Days; back += 14)
        {
            var day = today.AddDays(-back);
            yield return Text(X(day, today) + 3, Top + Height + 18, day.ToString("dd/MM", CultureInfo.InvariantCulture), back == 0 ? "end" : "middle");
        }
    }

    private static IEnumerable<XElement> Day(DayView day, long most, DateOnly today, Visit visit)
    {
        if (today.DayNumber - day.Day.DayNumber is < 0 or >= Days) yield break;
        var (x, y) = (X(day.Day, today), Y(day.CopiesRead, most));
        var told = visit.T.Fill("runs.dayText", visit.Day(day.Day), visit.Number(day.CopiesRead), visit.Number(day.Problems), visit.Number(day.Repaired));
        yield return Bar(x, y, 6, Top + Height - y, day.Problems > 0 ? "bar marked" : "bar", told);
        if (day.Problems > 0) yield return Text(x + 3, y - 6, $"▲ {visit.Number(day.Problems)}", "middle", "problems");
    }

    private static double X(DateOnly day, DateOnly today) => Left + ((Days - 1 - (today.DayNumber - day.DayNumber)) * (double)Width / Days);

    private static double Y(long value, long most) => Top + Height - (value * (double)Height / most);
}
