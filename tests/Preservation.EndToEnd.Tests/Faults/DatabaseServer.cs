using System.Diagnostics;
using System.Globalization;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>A PostgreSQL cluster of the test's own, which can be killed and started again.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private readonly string _folder;

    private DatabaseServer(string folder, string owner, string application) => (_folder, Owner, Application) = (folder, owner, application);

    public string Owner { get; }

    public string Application { get; }

    /// <param name="folder">An empty folder that other users may pass through; the cluster lies below it.</param>
    public static async Task<DatabaseServer> StartAsync(string folder)
    {
        var settings = await ScriptAsync(folder, "start");
        string Of(string name) => settings.Split('\n').Single(l => l.StartsWith($"Preservation__Database__{name}=", StringComparison.Ordinal)).Split('=', 2)[1].Trim('"');
        return new DatabaseServer(folder, Of("Owner"), Of("Application"));
    }

    /// <summary>kill -9 of all of it.</summary>
    public async Task KillAsync()
    {
        var file = Path.Join(_folder, "pg", "data", "postmaster.pid");
        if (!File.Exists(file)) return;
        var id = int.Parse((await File.ReadAllLinesAsync(file))[0], CultureInfo.InvariantCulture);
        Process process;
        try
        {
            process = Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return; // it ended by itself
        }
        using (process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Starts it again, on the same port; it recovers first.</summary>
    public Task RestartAsync() => ScriptAsync(_folder, "start");

    public async ValueTask DisposeAsync() => await ScriptAsync(_folder, "wipe");

    private static async Task<string> ScriptAsync(string folder, string command)
    {
        var start = new ProcessStartInfo(Path.Join(Machine.Root, "deploy", "lib", "postgres.sh"), [command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PG_DIR"] = Path.Join(folder, "pg");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return await output;
    }
}
