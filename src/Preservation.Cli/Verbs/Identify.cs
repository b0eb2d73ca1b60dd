using System.CommandLine;
using System.Text.Json;
using Preservation.Core.Files;
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
            if (PackageSource.IsInStore(path)) await AddStoredAsync(path, files, cancellationToken);
            else files.Add(await MatchAsync(path, File.OpenRead(path), new FileInfo(path).Length, cancellationToken));
        }
        if (json)
            Output.WriteJson(document => Write(document, files));
        else
            foreach (var (path, match, _) in files) Console.Out.WriteLine($"{match?.Puid ?? "UNKNOWN",-10} {match?.Name} {match?.Version}  {path}");
        return files.Exists(f => f.Match is null) ? ExitCodes.NotJudged : ExitCodes.Well;
    }

    private static void Write(Utf8JsonWriter json, List<(string Path, FormatMatch? Match, long Bytes)> files)
    {
        json.WriteStartArray("files");
        foreach (var (path, match, bytes) in files)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteStartArray("matches");
            if (match is not null)
            {
                json.WriteStartObject();
                json.WriteString("puid", match.Puid);
                json.WriteString("name", match.Name);
                json.WriteString("version", match.Version);
                json.WriteString("mime", match.MediaType);
                json.WriteString("basis", JsonNamingPolicy.CamelCase.ConvertName(match.Basis.ToString()));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("bytes", bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static async Task AddStoredAsync(string path, List<(string Path, FormatMatch? Match, long Bytes)> files, CancellationToken cancellationToken)
    {
        var (tree, _) = await PackageSource.OpenAsync(path, cancellationToken);
        await using (tree)
        {
            var entries = new List<FileEntry>();
            await foreach (var entry in tree!.ListAsync(cancellationToken))
                if (entry.Kind == EntryKind.File) entries.Add(entry);
            foreach (var entry in entries.OrderBy(e => e.Path, StringComparer.Ordinal))
                files.Add(await MatchAsync($"{path.TrimEnd('/')}/{entry.Path}", await tree.OpenAsync(entry.Path, cancellationToken), entry.Bytes, cancellationToken));
        }
    }

    private static async Task<(string Path, FormatMatch? Match, long Bytes)> MatchAsync(string path, Stream stream, long length, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            var head = new byte[(int)Math.Min(length, FormatIdentifier.HeadBytes)];
            await stream.ReadExactlyAsync(head, cancellationToken);
            return (path, FormatIdentifier.Identify(path, head), length);
        }
    }
}
