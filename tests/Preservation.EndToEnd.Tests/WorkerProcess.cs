using System.Diagnostics;

namespace Preservation.EndToEnd.Tests;

/// <summary>A process of the service with the role of a worker alone.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;

    public WorkerProcess(ProcessStartInfo start, string trace, Action<string?> log)
    {
        TraceFile = trace;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => log(e.Data);
        _process.ErrorDataReceived += (_, e) => log(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string TraceFile { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>The most memory it held since it started, in MiB, as the kernel counts it.</summary>
    public long PeakMemoryMiB() => Machine.PeakMemoryMiB(_process.Id);

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
