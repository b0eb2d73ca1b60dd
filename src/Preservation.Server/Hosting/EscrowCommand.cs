using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Server.Hosting;

/// <summary>
/// <c>escrow</c>: pulls what the archive has into a store that the service has no keys of. It runs elsewhere, and knows no database. <c>--destroy ORDER</c> is its operator's word
/// that an order of destruction be carried out.
/// </summary>
internal static class EscrowCommand
{
    private const string Once = "--once";
    private const string Destroy = "--destroy";

    /// <summary>With <c>--once</c>: 0 when everything is held and in order, 3 when the report tells of something, 1 when the pass failed. With <c>--destroy</c>: 0 when the order is confirmed. Without: until it is stopped.</summary>
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
            if (Administration.Value(args, Destroy) is { } order) return await ConfirmAsync(escrow, options, order, stopping.Token);
            if (!args.Contains(Once)) await escrow.RunAsync(stopping.Token);
            else return IsAllWell(await escrow.RunOnceAsync(stopping.Token)) ? 0 : 3;
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

    private static bool IsAllWell(EscrowReport report) =>
        report.Findings.All(f => f.Code == EscrowRules.Repaired.Code) && report.Orders.All(o => o.State is DestructionState.Received or DestructionState.Destroyed or DestructionState.Withdrawn);

    private static async Task<int> ConfirmAsync(EscrowProcess escrow, EscrowOptions options, string name, CancellationToken cancellationToken)
    {
        if (options.OrdersCertificateFile.Length == 0) return Administration.Fail("Preservation:Escrow:OrdersCertificateFile is not set: this escrow takes no orders.");
        if (!Guid.TryParse(name, out var id) || await escrow.ConfirmAsync(id, cancellationToken) is not { } order) return Administration.Fail("This escrow has received no such order, or its seal does not hold.");
        Console.WriteLine($"Order {order.Id}: decision {order.Decision.Number} of {order.Decision.Date:yyyy-MM-dd} by {order.Decision.Body}, asked for by {order.AskedBy.Name}, approved by {order.ApprovedBy.Name}.");
        foreach (var one in order.Objects) Console.WriteLine($"  {one.Id} v{one.Version} {one.InventorySha512}");
        Console.WriteLine($"Confirmed. It is carried out by the first pass after {order.NotBefore:O} in which the archive still gives it out.");
        return 0;
    }
}
