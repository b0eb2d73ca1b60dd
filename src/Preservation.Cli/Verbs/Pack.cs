using System.CommandLine;
using System.Text.Json;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Packages.BagIt;
using Preservation.Packages.Eark;
using Preservation.Packages.Tt05;

namespace Preservation.Cli.Verbs;

/// <summary><c>pack tt05|eark|bagit SOURCE --out PATH [--metadata FILE.json]</c>: makes a submission package.</summary>
internal static class Pack
{
    private sealed record Packed(string Path, string Id, int Files, long Bytes);

    public static Command Command()
    {
        var kind = new Argument<string>("KIND") { Description = "tt05, eark or bagit" };
        kind.AcceptOnlyFromAmong("tt05", "eark", "bagit");
        var source = new Argument<string>("SOURCE") { Description = "folder with the content" };
        var output = new Option<string>("--out") { Description = "folder, or the zip to write", Required = true };
        var metadata = new Option<string?>("--metadata") { Description = "description as JSON (tt05: dossier and documents; eark: title, agencyName, agencyCode; bagit: bag-info labels)" };
        var schemas = new Option<string?>("--schemas") { Description = "folder of official schemas to put into tt05 and eark packages" };
        var json = new Option<bool>("--json");
        var command = new Command("pack", "makes a submission package") { kind, source, output, metadata, schemas, json };
        command.SetAction((parsed, token) => RunAsync(parsed.GetRequiredValue(kind), parsed.GetRequiredValue(source), parsed.GetRequiredValue(output),
            parsed.GetValue(metadata), parsed.GetValue(schemas), parsed.GetValue(json), token));
        return command;
    }

    private static async Task<int> RunAsync(string kind, string source, string output, string? metadata, string? schemas, bool json, CancellationToken cancellationToken)
    {
        await using var content = new FolderTree(source);
        await using var official = schemas is null ? null : new FolderTree(schemas);
        var options = new PackOptions(TimeProvider.System.GetUtcNow(), Guid.NewGuid) { OfficialSchemas = official };
        var isFile = output.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        var folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(output))! : Path.GetFullPath(output);
        Directory.CreateDirectory(folder);
        var temporary = Path.Join(folder, $".{Guid.NewGuid():N}.part");
        try
        {
            PackResult result;
            await using (var zip = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
                result = await PackAsync(kind, content, source, metadata, zip, options, cancellationToken);
            if (result.ObjId is null) return Write([], result.Findings, json);
            var target = isFile ? Path.GetFullPath(output) : Path.Join(folder, result.FileName);
            File.Move(temporary, target, overwrite: true);
            return Write([await DescribeAsync(target, result.ObjId, cancellationToken)], result.Findings, json);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<PackResult> PackAsync(
        string kind, FolderTree content, string source, string? metadata, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        if (kind == "tt05")
        {
            if (metadata is null) throw new InvalidDataException("tt05 needs --metadata FILE.json");
            await using var stream = new FileStream(metadata, FileMode.Open, FileAccess.Read);
            var (described, findings) = await Tt05Source.ReadAsync(stream, Limits.Default, cancellationToken);
            if (described is null) return new PackResult(null, null, findings);
            var packed = await Tt05Packer.PackAsync(content, described, zip, options, cancellationToken);
            return packed with { Findings = [.. findings, .. packed.Findings] };
        }
        var fields = await FieldsAsync(metadata, cancellationToken);
        string Field(string name) => fields.GetValueOrDefault(name) ?? throw new InvalidDataException($"the metadata lacks '{name}'");
        return kind == "eark"
            ? await EarkPacker.PackAsync(content, new EarkSource(Field("title"), Field("agencyName"), Field("agencyCode"), fields.GetValueOrDefault("registrationCode")), zip, options, cancellationToken)
            : await BagItPacker.PackAsync(content, Path.GetFileName(Path.GetFullPath(source)), [.. fields], zip, options, cancellationToken);
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(string? metadata, CancellationToken cancellationToken)
    {
        if (metadata is null) return [];
        await using var stream = new FileStream(metadata, FileMode.Open, FileAccess.Read);
        try
        {
            return await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(stream, cancellationToken: cancellationToken) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{metadata}: {e.Message}", e);
        }
    }

    private static async Task<Packed> DescribeAsync(string path, string id, CancellationToken cancellationToken)
    {
        var (tree, _) = await FileTrees.OpenAsync(path, Limits.Default, cancellationToken);
        await using (tree!)
        {
            var files = 0;
            long bytes = 0;
            await foreach (var entry in tree!.ListAsync(cancellationToken))
            {
                if (entry.Kind != EntryKind.File) continue;
                files++;
                bytes += entry.Bytes;
            }
            return new Packed(path, id, files, bytes);
        }
    }

    private static int Write(IReadOnlyList<Packed> packages, IReadOnlyList<Finding> findings, bool json)
    {
        if (json) Output.WriteJson(new { packages, findings = Output.Of(findings) });
        else
        {
            Output.WriteLines(findings);
            foreach (var p in packages) Console.Out.WriteLine($"{p.Path}  {p.Id}  {p.Files} files, {p.Bytes} bytes");
        }
        return packages.Count == 0 || findings.Any(f => f.Rule.Severity == Severity.Error) ? ExitCodes.AtFault : ExitCodes.Well;
    }
}
