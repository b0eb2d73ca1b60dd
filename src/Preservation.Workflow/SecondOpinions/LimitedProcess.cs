using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Preservation.Workflow.SecondOpinions;

/// <summary>
/// Runs a program on foreign input with bounds on memory, processor time, open files, output and duration; it may write nothing. The bounds on
/// memory, time and files are the system's (<c>prlimit</c>).
/// </summary>
internal static class LimitedProcess
{
    private const int MaxOutputChars = 64 * 1024;
    private const long MaxMemoryBytes = 2L << 30;
    private const int MaxOpenFiles = 128;

    /// <summary>Exit code and everything written; null when there is no such program or it went beyond a bound.</summary>
    public static async Task<(int Exit, string Output)?> RunAsync(string program, IEnumerable<string> arguments, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("prlimit")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in (string[])[$"--as={MaxMemoryBytes}", $"--cpu={(int)atMost.TotalSeconds + 1}", "--fsize=0", "--core=0", $"--nofile={MaxOpenFiles}", "--", program]) start.ArgumentList.Add(argument);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Nothing of ours: neither secrets nor a language that changes the words, nor a proxy to fetch through.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["HOME"] = "/nonexistent";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null; // no prlimit, or no such system: without bounds nothing is run
        }
        process.StandardInput.Close();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(atMost);
        var output = new StringBuilder();
        try
        {
            await Task.WhenAll(DrainAsync(process.StandardOutput, output, deadline.Token), DrainAsync(process.StandardError, output, deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        // 127: prlimit found no such program.
        return process.ExitCode == 127 ? null : (process.ExitCode, output.ToString());
    }

    private static async Task DrainAsync(StreamReader reader, StringBuilder output, CancellationToken cancellationToken)
    {
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
            lock (output)
                if (output.Length < MaxOutputChars) output.Append(buffer, 0, Math.Min(read, MaxOutputChars - output.Length));
    }
}
