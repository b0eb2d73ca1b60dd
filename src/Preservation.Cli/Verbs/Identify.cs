using System.CommandLine;
using Preservation.Formats;

namespace Preservation.Cli.Verbs;

/// <summary><c>identify PATH... [--json]</c>: PRONOM identifiers from the built-in table.</summary>
internal static class Identify
{
    public static Command Command()
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json");
        var command = new Command("identify", "identifies file formats") { paths, json };
        command.SetAction((parsed, token) => RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(json), token));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, bool json, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, FormatMatch? Match, long Bytes)>();
        foreach (var path in paths.SelectMany<string, string>(p => Directory.Exists(p) ? Directory.EnumerateFiles(p, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [p]))
        {
            await using var stream = File.OpenRead(path);
            var head = new byte[(int)Math.Min(stream.Length, FormatIdentifier.HeadBytes)];
            await stream.ReadExactlyAsync(head, cancellationToken);
            files.Add((path, FormatIdentifier.Identify(path, head), stream.Length));
        }
        if (json)
            Output.WriteJson(new
            {
                files = files.Select(f => new
                {
                    path = f.Path,
                    matches = f.Match is { } m ? new[] { new { puid = m.Puid, name = m.Name, version = m.Version, mime = m.MediaType, basis = m.Basis } } : [],
                    bytes = f.Bytes,
                }),
            });
        else
            foreach (var (path, match, _) in files) Console.Out.WriteLine($"{match?.Puid ?? "UNKNOWN",-10} {match?.Name} {match?.Version}  {path}");
        return files.Exists(f => f.Match is null) ? ExitCodes.NotJudged : ExitCodes.Well;
    }
}
