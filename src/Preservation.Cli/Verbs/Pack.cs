using System.CommandLine;
using System.Text.Json;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Packages.BagIt;
using Preservation.Packages.Eark;
using Preservation.Packages.Tt05;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Cli.Verbs;

/// <summary><c>pack tt05|eark|bagit SOURCE --out PATH [--metadata FILE]</c>: makes submission packages, for tt05 one a dossier.</summary>
internal static class Pack
{
    private sealed record Wanted(string Kind, string Source, string Output, string? Metadata, string? From, string? Schemas, Tt05Defaults Defaults, bool Json);

    public static Command Command()
    {
        var kind = new Argument<string>("KIND") { Description = "tt05, eark or bagit" };
        kind.AcceptOnlyFromAmong("tt05", "eark", "bagit");
        var source = new Argument<string>("SOURCE") { Description = "folder with the content" };
        var output = new Option<string>("--out") { Description = "folder, or the zip to write", Required = true };
        var metadata = new Option<string?>("--metadata") { Description = "description: for tt05 JSON (a dossier, or an array of dossiers) or the agency's list as .xlsx or .csv; for eark JSON with title, agencyName, agencyCode; for bagit JSON with bag-info labels" };
        var from = new Option<string?>("--from") { Description = "tt02: SOURCE is a delivery under the repealed Circular 02/2019, with its own XML" };
        from.AcceptOnlyFromAmong("tt02");
        var defaults = new Option<string[]>("--default") { Description = "FIELD=VALUE for empty cells (tt05): mode=01, document.language=01, file.riskRecovery=0, issuedDay=01; without file. or document. it holds for both" };
        var schemas = new Option<string?>("--schemas") { Description = "folder of official schemas to put into tt05 and eark packages" };
        var json = new Option<bool>("--json");
        var command = new Command("pack", "makes submission packages") { kind, source, output, metadata, from, defaults, schemas, json };
        command.SetAction((parsed, token) =>
        {
            try
            {
                return RunAsync(new Wanted(parsed.GetRequiredValue(kind), parsed.GetRequiredValue(source), parsed.GetRequiredValue(output), parsed.GetValue(metadata), parsed.GetValue(from),
                    parsed.GetValue(schemas), Tt05Defaults.Parse(parsed.GetValue(defaults) ?? []), parsed.GetValue(json)), token);
            }
            catch (FormatException e)
            {
                return UsageAsync(e.Message);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        if (wanted.Kind != "tt05" && (wanted.From is not null || wanted.Defaults.Values.Count > 0)) return await UsageAsync("--from and --default are for tt05");
        if (wanted.Kind == "tt05" && wanted.Metadata is null == wanted.From is null) return await UsageAsync("tt05 needs --metadata FILE or --from tt02");
        await using var content = new FolderTree(wanted.Source);
        await using var official = wanted.Schemas is null ? null : new FolderTree(wanted.Schemas);
        var options = new PackOptions(TimeProvider.System.GetUtcNow(), Guid.NewGuid) { OfficialSchemas = official };
        if (wanted.Kind == "tt05" && !await IsOneAsync(wanted.Metadata, cancellationToken))
        {
            var made = await PackList.RunAsync(content, wanted.Source, wanted.Metadata, wanted.Defaults, wanted.Output, options, wanted.Json, cancellationToken);
            return made is null ? await UsageAsync("--out names one zip but there are several dossiers: name a folder") : Write(made.Value.Packages, made.Value.Findings, wanted.Json);
        }
        var (packed, findings) = await Packed.MakeAsync(wanted.Output, zip => PackAsync(wanted, content, zip, options, cancellationToken), cancellationToken);
        return Write(packed is null ? [] : [packed], findings, wanted.Json);
    }

    // JSON describes one dossier, or an array of them.
    private static async Task<bool> IsOneAsync(string? metadata, CancellationToken cancellationToken)
    {
        if (metadata?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) != true) return false;
        using var text = new StreamReader(metadata);
        var head = new char[256];
        var length = await text.ReadBlockAsync(head, cancellationToken);
        return !head.AsSpan(0, length).TrimStart().StartsWith("[");
    }

    private static async Task<int> UsageAsync(string message)
    {
        await Console.Error.WriteLineAsync("preserve pack: " + message);
        return ExitCodes.Usage;
    }

    private static async Task<PackResult> PackAsync(Wanted wanted, FolderTree content, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        if (wanted.Kind == "tt05")
        {
            await using var stream = new FileStream(wanted.Metadata!, FileMode.Open, FileAccess.Read);
            var (described, findings) = await Tt05Source.ReadAsync(stream, Limits.Default, cancellationToken);
            if (described is null) return new PackResult(null, null, findings);
            var (filled, defaulted) = wanted.Defaults.Fill(described);
            var packed = await Tt05Packer.PackAsync(content, filled, zip, options, cancellationToken);
            return packed with { Findings = [.. findings, .. defaulted, .. packed.Findings] };
        }
        var fields = await FieldsAsync(wanted.Metadata, cancellationToken);
        string Field(string name) => fields.GetValueOrDefault(name) ?? throw new InvalidDataException($"the metadata lacks '{name}'");
        return wanted.Kind == "eark"
            ? await EarkPacker.PackAsync(content, new EarkSource(Field("title"), Field("agencyName"), Field("agencyCode"), fields.GetValueOrDefault("registrationCode")), zip, options, cancellationToken)
            : await BagItPacker.PackAsync(content, Path.GetFileName(Path.GetFullPath(wanted.Source)), [.. fields], zip, options, cancellationToken);
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(string? metadata, CancellationToken cancellationToken)
    {
        if (metadata is null) return [];
        await using var stream = new FileStream(metadata, FileMode.Open, FileAccess.Read);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, InputJson.Default.DictionaryStringString, cancellationToken) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{metadata}: {e.Message}", e);
        }
    }

    private static int Write(List<Packed> packages, IReadOnlyList<Finding> findings, bool json)
    {
        if (json) Packed.WriteJson(packages, findings);
        else
        {
            Output.WriteLines(findings);
            foreach (var p in packages) Console.Out.WriteLine($"{p.Path}  {p.Id}  {p.Files} files, {p.Bytes} bytes");
        }
        return packages.Count == 0 || findings.Any(f => f.Rule.Severity == Severity.Error) ? ExitCodes.AtFault : ExitCodes.Well;
    }
}
