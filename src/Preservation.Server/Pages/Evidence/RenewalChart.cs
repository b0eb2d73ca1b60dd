using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Html;
using Preservation.Server.Pages.Shared;
using Preservation.Workflow.Renewal;
using static Preservation.Server.Pages.Shared.ChartParts;

namespace Preservation.Server.Pages.Evidence;

/// <summary>What the coming years ask for as bars: tokens that are renewed, upon them those whose trees are made again, which carry a mark.</summary>
internal static class RenewalChart
{
    private const int Left = 64;
    private const int Top = 34;
    private const int Width = 720;
    private const int Height = 160;

    public static string Summary(IReadOnlyList<CalendarYear> years, Visit visit) => visit.T.Fill("years.summary", Written(years[0].Year), Written(years[^1].Year),
        visit.Number(years.Sum(y => y.TimeStampRenewals)), visit.Number(years.Sum(y => y.HashTreeRenewals)), visit.Number(years.Sum(y => y.NewTokens)));

    public static IHtmlContent Render(IReadOnlyList<CalendarYear> years, Visit visit)
    {
        var most = Nice(years.Max(y => y.TimeStampRenewals + y.HashTreeRenewals));
        var chart = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {Left + Width + 12} {Top + Height + 30}"), new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", "chart-title chart-text"), new XAttribute("class", "chart"),
            new XElement(Svg + "title", new XAttribute("id", "chart-title"), visit.T["years.title"]),
            new XElement(Svg + "desc", new XAttribute("id", "chart-text"), Summary(years, visit)),
            Axis(years, most, visit), years.SelectMany((y, i) => Bars(y, i, years.Count, most, visit)));
        return new HtmlString(chart.ToString(SaveOptions.DisableFormatting));
    }

    private static IEnumerable<XElement> Axis(IReadOnlyList<CalendarYear> years, long most, Visit visit)
    {
        foreach (var value in new[] { 0, most / 2, most }.Distinct())
        {
            yield return Line(Left, Y(value, most), Left + Width, Y(value, most), "grid");
            yield return Text(Left - 6, Y(value, most) + 4, visit.Number(value), "end");
        }
        for (var i = 0; i < years.Count; i += 5) yield return Text(X(i, years.Count) + 8, Top + Height + 18, Written(years[i].Year), "middle");
    }

    private static IEnumerable<XElement> Bars(CalendarYear year, int place, int count, long most, Visit visit)
    {
        var told = visit.T.Fill("years.told", Written(year.Year), visit.Number(year.TimeStampRenewals), visit.Number(year.HashTreeRenewals));
        var (x, middle, top) = (X(place, count), Y(year.TimeStampRenewals, most), Y(year.TimeStampRenewals + year.HashTreeRenewals, most));
        if (year.TimeStampRenewals > 0) yield return Bar(x, middle, 16, Top + Height - middle, "bar", told);
        if (year.HashTreeRenewals == 0) yield break;
        yield return Bar(x, top, 16, middle - top, "bar marked", told);
        yield return Text(x + 8, top - 6, "▲", "middle", "problems");
    }

    private static string Written(int year) => year.ToString("0000", CultureInfo.InvariantCulture);

    private static double X(int place, int count) => Left + 3 + (place * (double)(Width - 6) / count);

    private static double Y(long value, long most) => Top + Height - (value * (double)Height / most);
}
