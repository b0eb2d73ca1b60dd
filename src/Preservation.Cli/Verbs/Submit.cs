using System.CommandLine;
using Preservation.Cli.Submitting;

namespace Preservation.Cli.Verbs;

/// <summary>
/// <c>submit PATH... --server URL --key KEY [--agreement CODE] [--wait]</c>: sends packages in pieces, several at once, over a line that may break, and goes on hours later
/// where it stopped; follows each to its outcome and saves the receipts.
/// </summary>
internal static class Submit
{
    private const int MostAtOnce = 32;

    public static Command Command()
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore };
        var server = new Option<Uri>("--server")
        {
            Required = true,
            CustomParser = Address,
        };
        var key = new Option<string?>("--key") { Description = "API key; better in the environment: PRESERVE_KEY" };
        var agreement = new Option<string?>("--agreement") { Description = "code of the submission agreement; not needed where there is only one" };
        var status = new Option<string?>("--record-status") { Description = "NEW (default) or TEST" };
        var signature = new Option<string?>("--signature") { Description = "file with a detached CMS signature over the package" };
        var parallel = Number("--parallel", 2, MostAtOnce, "packages sent at a time");
        var patience = Number("--patience", 600, 7 * 24 * 3600, "seconds to go on without any progress before giving up");
        var state = new Option<string?>("--state") { Description = "folder for what is needed to go on later; beside the packages when not given" };
        var wait = new Option<bool>("--wait") { Description = "follow the submission until it waits for a person or ends" };
        var json = new Option<bool>("--json");
        var command = new Command("submit", "sends packages to a server") { paths, server, key, agreement, status, signature, parallel, patience, state, wait, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(signature) is not null && result.GetValue(paths)?.Length > 1) result.AddError("--signature goes with one package");
        });
        command.SetAction((parsed, token) => RunAsync(new SubmitRequest(parsed.GetRequiredValue(paths), parsed.GetRequiredValue(server), parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("PRESERVE_KEY") ?? "")
        {
            Agreement = parsed.GetValue(agreement), RecordStatus = parsed.GetValue(status) ?? "NEW", Signature = parsed.GetValue(signature), Parallel = parsed.GetValue(parallel),
            Patience = TimeSpan.FromSeconds(parsed.GetValue(patience)), StateFolder = parsed.GetValue(state), Wait = parsed.GetValue(wait), Json = parsed.GetValue(json),
        }, token));
        return command;
    }

    private static Option<int> Number(string name, int otherwise, int most, string description) => new(name)
    {
        Description = $"{description} ({otherwise} when not given)",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
            result.AddError($"{name} takes a number from 1 to {most}");
            return otherwise;
        },
    };

    /// <summary>The address of a server, as a verb is given it.</summary>
    internal static Uri? Address(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
        result.AddError("--server takes an http or https address");
        return null;
    }

    private static async Task<int> RunAsync(SubmitRequest request, CancellationToken cancellationToken)
    {
        var outcomes = new SubmitOutcome[request.Paths.Count];
        using (var server = new ArchiveServer(request, TimeProvider.System))
        using (var progress = new TransferProgress(request.Paths.Select(p => File.Exists(p) ? new FileInfo(p).Length : 0), !Console.IsErrorRedirected, TimeProvider.System, Console.Error))
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, outcomes.Length), new ParallelOptions { MaxDegreeOfParallelism = request.Parallel, CancellationToken = cancellationToken }, async (number, token) =>
                outcomes[number] = await TryAsync(request, new PackageSubmission(server, request, progress, number, TimeProvider.System), number, progress, token));
        }
        Write(request, outcomes);
        return outcomes.Max(o => o.Exit);
    }

    // What is wrong with one package does not stop the others.
    private static async Task<SubmitOutcome> TryAsync(SubmitRequest request, PackageSubmission submission, int number, TransferProgress progress, CancellationToken cancellationToken)
    {
        var path = request.Paths[number];
        try
        {
            var outcome = await submission.RunAsync(cancellationToken);
            if (outcome.State == "refused") progress.Say($"preserve: {path}: the server refused ({outcome.Status}): {outcome.Problem}");
            return outcome;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            progress.Say($"preserve: {path}: {e.Message}");
            return new SubmitOutcome(path, "failed") { Submission = submission.Id, Failure = e.Message };
        }
    }

    private static void Write(SubmitRequest request, SubmitOutcome[] outcomes)
    {
        if (!request.Json)
        {
            foreach (var outcome in outcomes) Write(outcome);
            return;
        }
        Output.WriteJson(json =>
        {
            if (outcomes is [{ } one])
            {
                one.Write(json);
                return;
            }
            json.WriteStartArray("submissions");
            foreach (var outcome in outcomes)
            {
                json.WriteStartObject();
                json.WriteString("path", outcome.Path);
                outcome.Write(json);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static void Write(SubmitOutcome outcome)
    {
        if (outcome.Told is not { } told) return;
        foreach (var f in told.GetProperty("findings").EnumerateArray())
            Console.Out.WriteLine($"{f.GetProperty("severity").GetString(),-7} {f.GetProperty("code").GetString(),-12} {f.GetProperty("path").GetString()}  {f.GetProperty("message").GetProperty("en").GetString()}");
        Console.Out.WriteLine($"{outcome.Submission}  {outcome.State}  receipt: {outcome.Receipt ?? "none"}");
    }
}
