using System.CommandLine;
using Preservation.Cli.Auditing;
using Preservation.Core.Log;

namespace Preservation.Cli.Verbs;

/// <summary><c>audit RECEIPT... --server URL|--log FILE</c>: is today's audit log an extension of what each receipt saw?</summary>
internal static class Audit
{
    private sealed record Request(string[] Receipts, Uri? Server, string? Log, string Key, string[] Pins, bool IsWhole, TimeSpan Grace, bool Json);

    public static Command Command()
    {
        var receipts = new Argument<string[]>("RECEIPT") { Arity = ArgumentArity.OneOrMore, Description = "receipts as the service gave them; the seal of each beside it as RECEIPT.p7s" };
        var server = new Option<Uri?>("--server") { CustomParser = Submit.Address, Description = "the server whose log is to be checked" };
        var log = new Option<string?>("--log") { Description = "an exported log (GET /api/v1/log/export), checked without a network; - is standard input" };
        var key = new Option<string?>("--key") { Description = "API key; better in the environment: PRESERVE_KEY" };
        var pins = new Option<string[]>("--seal-key") { Description = "certificate, public key or id of a key that seals; others are not taken", AllowMultipleArgumentsPerToken = true };
        var whole = new Option<bool>("--whole") { Description = "with --server: work out every entry of the log, not the proofs alone" };
        var grace = new Option<int>("--grace") { Description = "minutes within which the entry of a new receipt may still be unsealed", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json");
        var command = new Command("audit", "checks that an audit log extends what each receipt saw") { receipts, server, log, key, pins, whole, grace, json };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(server) is null) == (result.GetResult(log) is null)) result.AddError("audit takes either --server or --log");
        });
        command.SetAction((parsed, token) => RunAsync(new Request(parsed.GetRequiredValue(receipts), parsed.GetValue(server), parsed.GetValue(log),
            parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("PRESERVE_KEY") ?? "", parsed.GetValue(pins) ?? [], parsed.GetValue(whole), TimeSpan.FromMinutes(parsed.GetValue(grace)), parsed.GetValue(json)), token));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        var pins = await ReceiptSeal.PinsAsync(request.Pins, cancellationToken);
        var receipts = new List<ReceiptFile>();
        foreach (var path in request.Receipts) receipts.Add(await ReceiptFile.ReadAsync(path, pins, cancellationToken));
        var verdict = await JudgeAsync(request, [.. receipts.Where(r => r.Seal.MayWitness).Select(r => r.Witness)], cancellationToken);
        if (request.Json) AuditOutput.WriteJson(verdict, request.Log ?? request.Server!.ToString(), receipts);
        else AuditOutput.WriteText(verdict, receipts);
        if (verdict.First is not null || receipts.Any(r => r.Seal.State is SealState.Broken or SealState.UnknownKey)) return ExitCodes.AtFault;
        return verdict.IsConsistent is null || verdict.Witnesses.Any(w => w.Outcome == WitnessOutcome.NotJudged) ? ExitCodes.NotJudged : ExitCodes.Well;
    }

    private static async Task<LogVerdict> JudgeAsync(Request request, IReadOnlyList<LogWitness> witnesses, CancellationToken cancellationToken)
    {
        if (request.Server is { } address)
        {
            using var server = new LogServer(address, request.Key);
            return await new ServerAudit(server, TimeProvider.System, request.Grace).RunAsync(witnesses, request.IsWhole, !request.Json, cancellationToken);
        }
        await using var log = request.Log == "-" ? Console.OpenStandardInput() : new FileStream(request.Log!, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return await FileAudit.RunAsync(log, witnesses, request.Grace, !request.Json, cancellationToken);
    }
}
