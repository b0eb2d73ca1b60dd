using System.Text;

namespace Preservation.EndToEnd.Tests;

/// <summary>Reads what a traced server writes of the points its work enters and leaves.</summary>
internal static class Trace
{
    /// <summary>Waits until the point is entered, at most 20 seconds, and then so long.</summary>
    public static async Task WaitForAsync(string trace, long from, string aim, int delayMilliseconds = 0)
    {
        var start = TimeProvider.System.GetTimestamp();
        var wanted = "> " + aim + "\n";
        while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20))
        {
            if (Read(trace, from).Contains(wanted, StringComparison.Ordinal)) break;
            await Task.Yield();
        }
        if (delayMilliseconds > 0) await Task.Delay(delayMilliseconds);
    }

    /// <summary>Entered and not left when the process died: the innermost is where the kill landed.</summary>
    public static string? LastEntered(string trace, long from)
    {
        var open = new List<string>();
        foreach (var line in Read(trace, from).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length < 3) continue;
            if (line[0] == '>') open.Add(line[2..]);
            else if (open.LastIndexOf(line[2..]) is >= 0 and var at) open.RemoveAt(at);
        }
        return open.LastOrDefault();
    }

    private static string Read(string trace, long from)
    {
        if (!File.Exists(trace)) return "";
        using var stream = new FileStream(trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
