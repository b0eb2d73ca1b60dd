using System.CommandLine;
using System.Security.Cryptography;
using Preservation.Cli.Verbs;
using Preservation.Core.Files;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Cli;

/// <summary><c>preserve</c>: works on packages without a server, a database or a network, unless a verb says so.</summary>
internal static class Program
{
    private static readonly OrderedDictionary<string, Func<Command>> Verbs = new(StringComparer.Ordinal)
    {
        ["check"] = Check.Command, ["identify"] = Identify.Command, ["manifest"] = ManifestVerb.Command, ["pack"] = Pack.Command, ["dip"] = Dip.Command, ["verify"] = Verify.Command,
        ["path"] = PathVerb.Command, ["evidence"] = EvidenceVerbs.Command, ["submit"] = Submit.Command, ["audit"] = Audit.Command, ["rules"] = Rules.Command,
    };

    private static async Task<int> Main(string[] args)
    {
        _ = Task.Run(Prepare);
        var root = new RootCommand("Checks, makes, verifies and submits preservation packages.");
        // The verb that is meant, or all of them where the command line does not begin with one: making the others takes a while.
        var isNamed = args.Length > 0 && Verbs.ContainsKey(args[0]);
        foreach (var (name, make) in Verbs)
            if (!isNamed || name == args[0]) root.Add(make());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            return ExitCodes.Usage;
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.NotJudged;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or InvalidDataException or TimeStampRefusedException)
        {
            await Console.Error.WriteLineAsync($"preserve: {e.Message}");
            return ExitCodes.NotJudged;
        }
    }

    // What nearly every verb needs and the system takes a while to load, begun beside the reading of the command line.
    private static int Prepare() => SHA256.HashData([]).Length + ArchiveRules.All.Count;
}
