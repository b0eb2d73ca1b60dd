using System.Globalization;
using System.Xml.Linq;

namespace Preservation.Server.Pages.Shared;

/// <summary>What the charts are drawn with (SVG), and the end of their axes.</summary>
internal static class ChartParts
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The next number of one digit and noughts that is not below the value: a bar fills at least half the height.</summary>
    public static long Nice(long value)
    {
        for (long step = 1; ; step *= 10)
            foreach (var factor in new[] { 1, 2, 3, 4, 5, 6, 8 })
                if (step * factor >= value) return step * factor;
    }

    public static XElement Line(double x1, double y1, double x2, double y2, string kind) =>
        new(Svg + "line", new XAttribute("class", kind), Number("x1", x1), Number("y1", y1), Number("x2", x2), Number("y2", y2));

    public static XElement Text(double x, double y, string text, string anchor, string kind = "label") =>
        new(Svg + "text", new XAttribute("class", kind), Number("x", x), Number("y", y), new XAttribute("text-anchor", anchor), text);

    public static XElement Bar(double x, double y, double width, double height, string kind, string told) =>
        new(Svg + "rect", new XAttribute("class", kind), Number("x", x), Number("y", y), Number("width", width), Number("height", height), new XElement(Svg + "title", told));

    private static XAttribute Number(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));
}
