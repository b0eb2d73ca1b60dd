using System.Diagnostics;

namespace Preservation.Testing;

/// <summary>Runs a program that is no part of this repository, as a foreign judge.</summary>
public static class OutsideProgram
{
    /// <summary>Exit code and everything it printed. A program that is not installed ends the test as a missing prerequisite does.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Prerequisite.Missing(program);
        }
        using (process)
        {
            var output = process!.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + await error);
        }
    }
}
