using System.Diagnostics;
using System.Text.Json;

namespace Preservation.Cli.Tests;

/// <summary>Runs the built program as a script would.</summary>
internal static class Preserve
{
    public static Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>Runs with these variables of the environment besides the test's own; null takes one away.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(Dictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs with <c>--json</c>: standard output must hold one JSON document and nothing else.</summary>
    public static async Task<(int Exit, JsonElement Json)> JsonAsync(params string[] arguments)
    {
        var (exit, output, error) = await RunAsync([.. arguments, "--json"]);
        Assert.That(output, Does.StartWith("{"), error);
        return (exit, JsonDocument.Parse(output).RootElement);
    }

    private static string Program()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = at.Name;
        while (!File.Exists(Path.Join(at!.FullName, "Preservation.sln"))) at = at.Parent;
        return Path.Join(at.FullName, "artifacts", "bin", "Preservation.Cli", configuration, "preserve");
    }
}
