using System.CommandLine;
using System.Text.Json;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Ocfl.Versions;
using Preservation.Packages;
using Preservation.Packages.Dip;

namespace Preservation.Cli.Verbs;

/// <summary><c>dip AIP --as tt05|eark --out PATH</c>: makes what is given to a reader out of an archival package, without a server.</summary>
internal static class Dip
{
    private sealed record Wanted(string Source, PackageKind Kind, string Output, string? Version, string? Metadata, string[] Documents, bool WithSubmission, string? Schemas, bool Json);

    public static Command Command()
    {
        var source = new Argument<string>("AIP") { Description = "OCFL object, or AIP as a folder, .zip, .tar, .tar.gz or s3://bucket/prefix" };
        var kind = new Option<string>("--as") { Description = "tt05 (Circular 05/2025 Annex V) or eark (E-ARK DIP 2.2.0)", Required = true };
        kind.AcceptOnlyFromAmong("tt05", "eark");
        var output = new Option<string>("--out") { Description = "folder, or the zip to write", Required = true };
        var version = new Option<string?>("--version") { Description = "version (v2) of an OCFL object; the head when not given" };
        var metadata = new Option<string?>("--metadata") { Description = "JSON with the request: requestID, requestDate, purpose, purposeContent, feeObjectType, researchTopic, description, recipient, authorizer; tt05 needs the first three" };
        var documents = new Option<string[]>("--document") { Description = "what is given: identifier or code of a document; of packages that describe none, a path below representations/. Everything when not given" };
        var submission = new Option<bool>("--with-submission") { Description = "gives what was received too" };
        var schemas = new Option<string?>("--schemas") { Description = "folder of official schemas to put into the package" };
        var json = new Option<bool>("--json") { Description = "one JSON document on standard output" };
        var command = new Command("dip", "makes a dissemination package of an archival package") { source, kind, output, version, metadata, documents, submission, schemas, json };
        command.SetAction((parsed, token) => RunAsync(new Wanted(parsed.GetRequiredValue(source), PackageKinds.Parse(parsed.GetRequiredValue(kind))!.Value, parsed.GetRequiredValue(output), parsed.GetValue(version),
            parsed.GetValue(metadata), parsed.GetValue(documents) ?? [], parsed.GetValue(submission), parsed.GetValue(schemas), parsed.GetValue(json)), token));
        return command;
    }

    private static async Task<int> RunAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        if (wanted is { WithSubmission: true, Documents.Length: > 0 })
        {
            await Console.Error.WriteLineAsync("preserve dip: --with-submission gives everything and cannot go with --document");
            return ExitCodes.Usage;
        }
        var request = (await RequestAsync(wanted.Metadata, cancellationToken)) with { Documents = [.. wanted.Documents], IncludesSubmission = wanted.WithSubmission };
        var (tree, archiveFindings) = await PackageSource.OpenAsync(wanted.Source, cancellationToken);
        if (tree is null) return Write(null, archiveFindings, wanted.Json);
        await using (tree)
        {
            var index = await tree.IndexAsync(Limits.Default, cancellationToken);
            if (!index.Under("0=ocfl_object_").Any()) return await MakeAsync(wanted, tree, request, archiveFindings, cancellationToken);
            var (state, findings) = await VersionTree.OpenAsync(tree, wanted.Version, Limits.Default, cancellationToken);
            var before = archiveFindings.Concat(index.Findings).Concat(findings.Where(f => f.Rule.Severity == Severity.Error)).ToList();
            return state is null ? Write(null, before, wanted.Json) : await MakeAsync(wanted, state, request, before, cancellationToken);
        }
    }

    private static async Task<int> MakeAsync(Wanted wanted, IFileTree aip, DipRequest request, IReadOnlyList<Finding> before, CancellationToken cancellationToken)
    {
        await using var official = wanted.Schemas is null ? null : new FolderTree(wanted.Schemas);
        var options = new PackOptions(TimeProvider.System.GetUtcNow(), Guid.NewGuid) { OfficialSchemas = official };
        var (packed, findings) = await Packed.MakeAsync(wanted.Output, zip => DipPacker.PackAsync(aip, wanted.Kind, request, zip, options, cancellationToken), cancellationToken);
        return Write(packed, [.. before.Concat(findings).Distinct()], wanted.Json);
    }

    private static async Task<DipRequest> RequestAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null) return new DipRequest();
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, InputJson.Default.DipRequest, cancellationToken) ?? new DipRequest();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static int Write(Packed? packed, IReadOnlyList<Finding> findings, bool json)
    {
        if (json) Packed.WriteJson(packed is null ? [] : [packed], findings);
        else
        {
            Output.WriteLines(findings);
            if (packed is not null) Console.Out.WriteLine($"{packed.Path}  {packed.Id}  {packed.Files} files, {packed.Bytes} bytes");
        }
        return packed is null || findings.Any(f => f.Rule.Severity == Severity.Error) ? ExitCodes.AtFault : ExitCodes.Well;
    }
}
