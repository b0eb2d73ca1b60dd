using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Preservation.Workflow.Escrow;

namespace Preservation.Server.Hosting;

/// <summary><c>escrow</c>: pulls what the archive has into a store that the service has no keys of. It runs elsewhere, and knows no database.</summary>
internal static class EscrowCommand
{
    private const string Once = "--once";

    /// <summary>With <c>--once</c>: 0 when everything is held and in order, 3 when the report tells of something, 1 when the pass failed. Without: until it is stopped.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Administration.Options([.. args.Where(a => a != Once)]).Escrow;
        if (options.Problems() is { Count: > 0 } problems) return Administration.Fail(string.Join('\n', problems));
        using var stopping = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var logging = LoggerFactory.Create(b => b.AddJsonConsole(o => o.UseUtcTimestamp = true));
        try
        {
            await using var escrow = new EscrowProcess(options, TimeProvider.System, logging.CreateLogger<EscrowProcess>());
            if (!args.Contains(Once)) await escrow.RunAsync(stopping.Token);
            else return (await escrow.RunOnceAsync(stopping.Token)).Findings.Any(f => f.Code != EscrowRules.Repaired.Code) ? 3 : 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped: the next pass goes on.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException)
        {
            return Administration.Fail(e.Message);
        }
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }
}
