using System.Diagnostics;

namespace Preservation.EndToEnd.Tests;

/// <summary>What this machine offers the tests: the built programs and the services that <c>deploy/test</c> started.</summary>
internal static class Machine
{
    public static string Root { get; } = FindRoot();

    public static string Server => Program("Preservation.Server", "preservation-server");

    public static string Preserve => Program("Preservation.Cli", "preserve");

    public static string Invariants => Program("Preservation.Invariants", "preservation-invariants");

    public static bool IsLong => Environment.GetEnvironmentVariable("PRESERVATION_LONG") == "1";

    public static int Seed => int.TryParse(Environment.GetEnvironmentVariable("PRESERVATION_SEED"), out var seed) ? seed : 20251122;

    /// <summary>A setting of the environment; without it the test is not run at a desk, and fails in CI.</summary>
    public static string Setting(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) return value;
        Missing($"{name} is not set: run ./deploy/test");
        return "";
    }

    /// <summary>Something a test needs is not there: at a desk it is reported as not run, in CI it fails.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Ignore(what);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The most memory a process held since it started, in MiB, as the kernel counts it.</summary>
    public static long PeakMemoryMiB(int process) => MemoryMiB(process, "VmHWM:");

    /// <summary>A line of what the kernel counts of a process's memory, in MiB.</summary>
    public static long MemoryMiB(int process, string line) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;

    private static string Program(string project, string name)
    {
        // Built as these tests are: a program left from another build would not be the one under test.
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        if (Path.Join(Root, "artifacts", "bin", project, configuration, name) is var path && File.Exists(path)) return path;
        throw new FileNotFoundException($"{name} is not built");
    }

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Join(at.FullName, "Preservation.sln"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("not within the repository");
    }
}
