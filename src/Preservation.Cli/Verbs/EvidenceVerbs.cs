using System.CommandLine;
using Preservation.Core.Digests;

namespace Preservation.Cli.Verbs;

/// <summary><c>evidence create</c> and <c>evidence renew</c>: RFC 4998 and RFC 6283 records without a server, from any time-stamping authority.</summary>
internal static class EvidenceVerbs
{
    public static Command Command() =>
        new("evidence", "makes and renews evidence records (RFC 4998, RFC 6283); asks the time-stamping authority that is named") { Create(), Renew() };

    private static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore };
        var tsa = Tsa();
        var target = new Option<string>("--out") { Required = true, Description = "folder for the records: a.pdf gives a.pdf.ers" };
        var algorithm = Algorithm("--algorithm", "function of the hash tree; SHA-512 when not given");
        var format = new Option<string>("--format") { Description = "ers (RFC 4998, the default) or xmlers (RFC 6283: a.pdf gives a.pdf.ers.xml)", DefaultValueFactory = _ => "ers" };
        format.AcceptOnlyFromAmong("ers", "xmlers");
        var json = new Option<bool>("--json");
        var command = new Command("create", "one hash tree, one token, one record a file") { files, tsa, target, algorithm, format, json };
        command.Validators.Add(result =>
        {
            var same = (result.GetValue(files) ?? []).GroupBy(Path.GetFileName).FirstOrDefault(g => g.Count() > 1);
            if (same is not null) result.AddError($"two files are called {same.Key}: their records would be one");
        });
        command.SetAction((parsed, token) => EvidenceMaking.CreateAsync(
            parsed.GetRequiredValue(files), parsed.GetRequiredValue(tsa), parsed.GetRequiredValue(target), parsed.GetValue(algorithm) ?? DigestAlgorithm.Sha512,
            parsed.GetValue(format) == "xmlers", parsed.GetValue(json), token));
        return command;
    }

    private static Command Renew()
    {
        var record = new Argument<string>("RECORD");
        var tsa = Tsa();
        var algorithm = Algorithm("--hash-tree", "begin a new chain by this function; needs the content");
        var contents = new Option<string[]>("--content") { Description = "what the record is over" };
        var target = new Option<string?>("--out") { Description = "where the renewed record goes; in place when not given" };
        var json = new Option<bool>("--json");
        var command = new Command("renew", "time-stamp renewal, or hash-tree renewal with --hash-tree") { record, tsa, algorithm, contents, target, json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(algorithm) is not null && result.GetResult(contents) is null) result.AddError("--hash-tree needs --content: every object the record is over");
        });
        command.SetAction((parsed, token) => EvidenceMaking.RenewAsync(
            parsed.GetRequiredValue(record), parsed.GetRequiredValue(tsa), parsed.GetValue(algorithm), parsed.GetValue(contents) ?? [], parsed.GetValue(target), parsed.GetValue(json), token));
        return command;
    }

    private static Option<Uri> Tsa() => new("--tsa")
    {
        Required = true,
        Description = "http or https address of a time-stamping authority (RFC 3161)",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
            result.AddError("--tsa takes an http or https address");
            return null;
        },
    };

    private static Option<DigestAlgorithm?> Algorithm(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (DigestAlgorithm.Find(result.Tokens[0].Value) is { IsWeak: false } found) return found;
            result.AddError($"{name} takes SHA-256, SHA-384 or SHA-512");
            return null;
        },
    };
}
