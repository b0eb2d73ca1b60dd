using System.CommandLine;
using Preservation.Cli.Auditing;
using Preservation.Core.Log;
using Preservation.Signatures;
using Preservation.Signatures.Path;

namespace Preservation.Cli.Verbs;

/// <summary><c>audit RECEIPT... --server URL|--log FILE</c>: is today's audit log an extension of what each receipt saw?</summary>
internal static class Audit
{
    private sealed record Request(string[] Receipts, Uri? Server, string? Log, string Key, string[] Pins, string? Keys, string[] Trust, bool IsWhole, TimeSpan Grace, bool Json);

    public static Command Command()
    {
        var receipts = new Argument<string[]>("RECEIPT") { Arity = ArgumentArity.OneOrMore, Description = "receipts as the service gave them; the seal of each beside it as RECEIPT.p7s" };
        var server = new Option<Uri?>("--server") { CustomParser = Submit.Address, Description = "the server whose log is to be checked" };
        var log = new Option<string?>("--log") { Description = "an exported log (GET /api/v1/log/export), checked without a network; - is standard input" };
        var key = new Option<string?>("--key") { Description = "API key; better in the environment: PRESERVE_KEY" };
        var pins = new Option<string[]>("--seal-key") { Description = "certificate, public key or id of a key that seals; others are not taken", AllowMultipleArgumentsPerToken = true };
        var keys = new Option<string?>("--keys") { Description = "the published keys as saved from GET /api/v1/log/keys, with --log" };
        var trust = new Option<string[]>("--trust") { Description = "what ends the paths above time-stamps of evidence records: a certificate, a trusted list, or a folder of them" };
        var whole = new Option<bool>("--whole") { Description = "with --server: work out every entry of the log, not the proofs alone" };
        var grace = new Option<int>("--grace") { Description = "minutes within which the entry of a new receipt may still be unsealed", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json");
        var command = new Command("audit", "checks that an audit log extends what each receipt saw") { receipts, server, log, key, pins, keys, trust, whole, grace, json };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(server) is null) == (result.GetResult(log) is null)) result.AddError("audit takes either --server or --log");
        });
        command.SetAction((parsed, token) => RunAsync(new Request(parsed.GetRequiredValue(receipts), parsed.GetValue(server), parsed.GetValue(log),
            parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("PRESERVE_KEY") ?? "", parsed.GetValue(pins) ?? [], parsed.GetValue(keys), parsed.GetValue(trust) ?? [], parsed.GetValue(whole), TimeSpan.FromMinutes(parsed.GetValue(grace)), parsed.GetValue(json)), token));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        using var server = request.Server is { } address ? new LogServer(address, request.Key) : null;
        var keys = request.Keys is { } saved ? await PublishedKeys.ReadAsync(saved, cancellationToken) : server is null ? null : await server.KeysAsync(cancellationToken);
        var receipts = await ReceiptsAsync(request, keys, cancellationToken);
        var verdict = await JudgeAsync(request, server, [.. receipts.Where(r => r.Seal.MayWitness).Select(r => r.Witness)], cancellationToken);
        if (keys is not null)
        {
            var policy = new VerificationPolicy { TrustAnchors = TrustAnchors.Load(request.Trust) };
            receipts = await new RevokedSeals(keys, policy, (r, token) => EvidenceAsync(server, r, token), TimeProvider.System).JudgeAsync(receipts, verdict, cancellationToken);
        }
        if (request.Json) AuditOutput.WriteJson(verdict, request.Log ?? request.Server!.ToString(), receipts);
        else AuditOutput.WriteText(verdict, receipts);
        return ExitOf(verdict, receipts);
    }

    private static async Task<List<ReceiptFile>> ReceiptsAsync(Request request, PublishedKeys? keys, CancellationToken cancellationToken)
    {
        var pins = await ReceiptSeal.PinsAsync(request.Pins, cancellationToken);
        var receipts = new List<ReceiptFile>();
        foreach (var path in request.Receipts)
        {
            var receipt = await ReceiptFile.ReadAsync(path, pins, cancellationToken);
            receipts.Add(keys is not null && pins.Count == 0 ? receipt with { Seal = receipt.Seal.Among(keys) } : receipt);
        }
        return receipts;
    }

    private static async Task<LogVerdict> JudgeAsync(Request request, LogServer? server, IReadOnlyList<LogWitness> witnesses, CancellationToken cancellationToken)
    {
        if (server is not null) return await new ServerAudit(server, TimeProvider.System, request.Grace).RunAsync(witnesses, request.IsWhole, !request.Json, cancellationToken);
        await using var log = request.Log == "-" ? Console.OpenStandardInput() : new FileStream(request.Log!, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return await FileAudit.RunAsync(log, witnesses, request.Grace, !request.Json, cancellationToken);
    }

    // A record that lies beside the receipt as RECEIPT.ers, or the server's.
    private static async Task<byte[]?> EvidenceAsync(LogServer? server, ReceiptFile receipt, CancellationToken cancellationToken)
    {
        if (File.Exists(receipt.Path + ".ers")) return (await MaterialFiles.ReadAsync([receipt.Path + ".ers"], [], cancellationToken))[0].ToArray();
        return server is null ? null : await server.EvidenceAsync(receipt.Witness, cancellationToken);
    }

    private static int ExitOf(LogVerdict verdict, List<ReceiptFile> receipts)
    {
        if (verdict.First is not null || receipts.Any(r => r.Seal.State is SealState.Broken or SealState.UnknownKey)) return ExitCodes.AtFault;
        var isOpen = verdict.IsConsistent is null || verdict.Witnesses.Any(w => w.Outcome == WitnessOutcome.NotJudged) || receipts.Any(r => r.Seal.State == SealState.Revoked);
        return isOpen ? ExitCodes.NotJudged : ExitCodes.Well;
    }
}
