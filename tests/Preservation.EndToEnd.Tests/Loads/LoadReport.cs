using System.Globalization;
using System.Text;

namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>What came of a load.</summary>
/// <param name="Took">From the first planned request to the last answer.</param>
/// <param name="Reads">Requests of readers that were planned, all of which were sent.</param>
/// <param name="Uploads">Uploads that were begun.</param>
/// <param name="Whole">Uploads that ended as a package with the bytes that were sent.</param>
/// <param name="Kinds">How long each kind of request took.</param>
/// <param name="Errors">Every answer that was not the expected one, and every exception.</param>
/// <param name="Memory">What the server held, in MiB.</param>
internal sealed record LoadReport(TimeSpan Took, int Reads, int Uploads, int Whole, IReadOnlyList<LatencyOfKind> Kinds, IReadOnlyList<string> Errors, IReadOnlyList<(TimeSpan At, long MiB)> Memory)
{
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);

    /// <summary>The most memory of the second half over that of the first, the first half minute left out; null for a run that is too short to say.</summary>
    public double? Growth
    {
        get
        {
            var warm = Memory.Where(m => m.At > HalfMinute).ToList();
            return warm.Count < 8 ? null : (double)warm.Skip(warm.Count / 2).Max(m => m.MiB) / warm.Take(warm.Count / 2).Max(m => m.MiB);
        }
    }

    /// <summary>As tables in Markdown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Reads} reads in {Took.TotalSeconds:F1} s ({Reads / Took.TotalSeconds:F0} a second), {Whole} of {Uploads} uploads whole, {Errors.Count} errors\n\n");
        text.Append("| request | count | p50 ms | p99 ms | longest ms |\n|---|---|---|---|---|\n");
        foreach (var k in Kinds) text.Append(CultureInfo.InvariantCulture, $"| {k.Kind} | {k.Count} | {k.Median:F1} | {k.Percentile99:F1} | {k.Longest:F1} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nserver's memory, the most of each half minute, MiB: {string.Join(", ", Memory.GroupBy(m => (int)(m.At / HalfMinute)).Select(g => g.Max(m => m.MiB)))}");
        if (Growth is { } growth) text.Append(CultureInfo.InvariantCulture, $"; second half over first: {growth:F2} (at most 1.10)");
        foreach (var group in Errors.GroupBy(e => e).OrderByDescending(g => g.Count()).Take(10)) text.Append(CultureInfo.InvariantCulture, $"\n{group.Count()} × {group.Key}");
        return text.ToString();
    }
}
